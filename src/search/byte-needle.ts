/** Of two bytes that end a place; no place is skipped farther than a byte can say. */
const pairs = 65_536;
const farthest = 255;

/**
 * A run of bytes to look for, ASCII letters in any case where that is asked for. Horspool's way, by the last two bytes of a place:
 * most bytes are skipped, so a longer needle is found faster, and neither case nor frequent letters slow it down (`Buffer.indexOf`
 * would need a pass for each way to write it).
 */
export class ByteNeedle {
  readonly #bytes: Uint8Array;
  readonly #fold: Uint8Array;
  /** How far to go on behind a place by its last two bytes; 0 where they are the needle's. */
  readonly #skip: Uint8Array;

  /** @param text Not empty. */
  constructor(text: string, { foldCase }: { foldCase: boolean }) {
    this.#fold = Uint8Array.from({ length: 256 }, (_, byte) => (foldCase && byte >= 65 && byte <= 90 ? byte + 32 : byte));
    this.#bytes = Uint8Array.from(Buffer.from(text), (byte) => this.#fold[byte] ?? byte);
    this.#skip = skipsOf(this.#bytes, this.#fold);
  }

  /**
   * Where it next begins between two places of a buffer, or -1. Both halves are looked through at once: each step waits for what the one
   * before it read, and two such chains take the time of one.
   */
  indexIn(buffer: Uint8Array, from: number, to: number): number {
    const skip = this.#skip;
    const before = this.#bytes.length - 1;
    if (before === 0) return this.#singleIn(buffer, from, to);
    const middle = (from + to) >>> 1;
    // Last bytes of places: those of the first half, and of the second.
    let first = from + before;
    let second = Math.max(middle, first);
    while (first < middle && second < to) {
      const firstStep = skip[((buffer[first - 1] as number) << 8) | (buffer[first] as number)] as number;
      const secondStep = skip[((buffer[second - 1] as number) << 8) | (buffer[second] as number)] as number;
      if (firstStep === 0 && this.#isAt(buffer, first - before)) return first - before;
      if (secondStep === 0 && this.#isAt(buffer, second - before)) break;
      first += firstStep || 1;
      second += secondStep || 1;
    }
    const inFirst = this.#indexFrom(buffer, first, middle);
    return inFirst < 0 ? this.#indexFrom(buffer, second, to) : inFirst;
  }

  /** Where it begins, if its last byte lies from `last` on and before `to`. */
  #indexFrom(buffer: Uint8Array, last: number, to: number): number {
    const skip = this.#skip;
    const before = this.#bytes.length - 1;
    for (let at = last; at < to; ) {
      const step = skip[((buffer[at - 1] as number) << 8) | (buffer[at] as number)] as number;
      if (step === 0 && this.#isAt(buffer, at - before)) return at - before;
      at += step || 1;
    }
    return -1;
  }

  #singleIn(buffer: Uint8Array, from: number, to: number): number {
    for (let at = from; at < to; at += 1) if (this.#isAt(buffer, at)) return at;
    return -1;
  }

  #isAt(buffer: Uint8Array, start: number): boolean {
    for (let nth = 0; nth < this.#bytes.length; nth += 1) {
      if (this.#fold[buffer[start + nth] as number] !== this.#bytes[nth]) return false;
    }
    return true;
  }
}

function skipsOf(bytes: Uint8Array, fold: Uint8Array): Uint8Array {
  const last = bytes.length - 1;
  const skip = new Uint8Array(pairs).fill(Math.min(farthest, bytes.length));
  for (let pair = 0; pair < pairs; pair += 1) if (fold[pair & 255] === bytes[0]) skip[pair] = Math.min(farthest, last);
  const writings = (wanted: number | undefined): number[] => [...fold.keys()].filter((byte) => fold[byte] === wanted);
  for (let nth = 1; nth <= last; nth += 1) {
    for (const one of writings(bytes[nth - 1])) for (const two of writings(bytes[nth])) skip[(one << 8) | two] = Math.min(farthest, last - nth);
  }
  return skip;
}
