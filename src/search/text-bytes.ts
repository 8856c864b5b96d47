import { splitLone } from "./lone-characters.js";
import { withoutTerminalCodes } from "./terminal-codes.js";

/** A word that no text has, between the texts of an event: no phrase goes across. */
const betweenTexts = "\n\u{e000}\n";

/** One event needs little, a transaction as much as its rows have text. */
const [leastSlabBytes, mostSlabBytes] = [16_384, 1_048_576];
/** More than the UTF-8 of one unit of a string takes. */
const mostBytesOfAUnit = 3;

/**
 * Texts of events as the index takes them, in UTF-8. Outside of the heap: those of a transaction are many, and live too long for the
 * collector of what is young and too short for that of what is old.
 */
export class TextBytes {
  #slab = Buffer.alloc(0);
  #used = 0;

  /** @returns The texts of one event, one after the other: FTS5 reads a blob as it does text. */
  add(texts: readonly string[]): Uint8Array {
    const parts = texts.map((text) => splitLone(withoutTerminalCodes(text)));
    const units = parts.reduce((sum, part) => sum + part.length + betweenTexts.length, 0);
    if (units * mostBytesOfAUnit > this.#slab.length - this.#used) this.#begin(units * mostBytesOfAUnit);
    const start = this.#used;
    for (const [nth, part] of parts.entries()) {
      if (nth > 0) this.#used += this.#slab.write(betweenTexts, this.#used);
      this.#used += this.#slab.write(part, this.#used);
    }
    return this.#slab.subarray(start, this.#used);
  }

  #begin(leastBytes: number): void {
    const slabBytes = Math.min(mostSlabBytes, Math.max(leastSlabBytes, this.#slab.length * 4));
    this.#slab = Buffer.allocUnsafe(Math.max(slabBytes, leastBytes));
    this.#used = 0;
  }
}
