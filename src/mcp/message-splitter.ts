const newline = 10;
const keptBytes = 4096;

/** One line of the stream; of one that was too long only its first and last bytes. */
export type Message = { line: Buffer } | { oversized: { bytes: number; head: Buffer; tail: Buffer } };

/**
 * Cuts a stream of bytes into lines, at a cost that grows with the bytes only: the pieces of a line are joined once.
 * Of a line over `maxBytes` no more than its ends are kept.
 */
export class MessageSplitter {
  readonly #maxBytes: number;
  #pieces: Buffer[] = [];
  #bytes = 0;
  #head: Buffer | undefined;
  #tail = Buffer.alloc(0);

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Lines that `chunk` completes, without their newline. */
  *push(chunk: Buffer): Generator<Message> {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(newline, start);
      if (end === -1) break;
      this.#take(chunk.subarray(start, end));
      yield this.#finish();
      start = end + 1;
    }
    if (start < chunk.length) this.#take(chunk.subarray(start));
  }

  /** What stands behind the last newline, once no more will come. */
  rest(): Message | undefined {
    return this.#bytes === 0 ? undefined : this.#finish();
  }

  #take(piece: Buffer): void {
    this.#bytes += piece.length;
    this.#pieces.push(piece);
    if (this.#bytes <= this.#maxBytes) return;
    if (this.#head === undefined) {
      this.#head = Buffer.concat(this.#pieces).subarray(0, keptBytes);
      this.#tail = Buffer.concat(this.#pieces).subarray(-keptBytes);
    } else {
      this.#tail = Buffer.concat([this.#tail, piece.subarray(-keptBytes)]).subarray(-keptBytes);
    }
    this.#pieces = [];
  }

  #finish(): Message {
    const message: Message =
      this.#head === undefined
        ? { line: this.#pieces.length === 1 ? (this.#pieces[0] as Buffer) : Buffer.concat(this.#pieces) }
        : { oversized: { bytes: this.#bytes, head: this.#head, tail: this.#tail } };
    this.#pieces = [];
    this.#bytes = 0;
    this.#head = undefined;
    return message;
  }
}
