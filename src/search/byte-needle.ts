/**
 * A run of bytes to look for, ASCII letters in any case where that is asked for. Horspool's way: most bytes are skipped, so a
 * longer needle is found faster, and neither case nor a frequent first letter slows it down (`Buffer.indexOf` would need a pass
 * for each way to write it).
 */
export class ByteNeedle {
  readonly #bytes: Uint8Array;
  readonly #fold: Uint8Array;
  /** How far to go on behind a place whose last byte is this one. */
  readonly #skip: Uint32Array;

  /** @param text Not empty. */
  constructor(text: string, { foldCase }: { foldCase: boolean }) {
    this.#fold = Uint8Array.from({ length: 256 }, (_, byte) => (foldCase && byte >= 65 && byte <= 90 ? byte + 32 : byte));
    this.#bytes = Uint8Array.from(Buffer.from(text), (byte) => this.#fold[byte] ?? byte);
    this.#skip = new Uint32Array(256).fill(this.#bytes.length);
    for (let byte = 0; byte < 256; byte += 1) {
      const at = this.#bytes.lastIndexOf(this.#fold[byte] ?? byte, this.#bytes.length - 2);
      if (at >= 0 && this.#bytes.length > 1) this.#skip[byte] = this.#bytes.length - 1 - at;
    }
  }

  /** Where it next begins between two places of a buffer, or -1. */
  indexIn(buffer: Uint8Array, from: number, to: number): number {
    const [bytes, fold, skip] = [this.#bytes, this.#fold, this.#skip];
    const before = bytes.length - 1;
    const last = bytes[before];
    for (let at = from + before; at < to; ) {
      const byte = buffer[at] as number;
      if (fold[byte] === last && this.#isAt(buffer, at - before)) return at - before;
      at += skip[byte] as number;
    }
    return -1;
  }

  #isAt(buffer: Uint8Array, start: number): boolean {
    for (let nth = 0; nth < this.#bytes.length; nth += 1) {
      if (this.#fold[buffer[start + nth] as number] !== this.#bytes[nth]) return false;
    }
    return true;
  }
}
