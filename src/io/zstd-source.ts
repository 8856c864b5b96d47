import { Decompress } from "fzstd";
import { readAt, type ByteSource } from "./byte-source.js";

/** Packed bytes that are unpacked at a time: four of them can stand for 128 KiB. */
const packedChunkBytes = 4 * 1024;

/** Says that a file is not the zstd that its name promises; `cause` tells what is wrong. */
class ZstdError extends Error {
  override readonly name = "ZstdError";
  readonly code = "EZSTD";
}

/**
 * What an open zstd file holds, unpacked. Made for reading forward: only what lies before the last place asked for is dropped, and who
 * goes back begins anew. Memory is a window of the format and what was asked for, whatever the file's size.
 * A file that cannot be unpacked ends there: see `fault`.
 */
export class ZstdSource implements ByteSource {
  readonly endBytes = Number.POSITIVE_INFINITY;
  readonly #fd: number;
  #unpacked: Buffer[] = [];
  /** Offset of the first of them. */
  #fromBytes = 0;
  #toBytes = 0;
  #packedBytes = 0;
  #isOver = false;
  #fault: ZstdError | undefined;
  #stream = this.#newStream();

  constructor(fd: number) {
    this.#fd = fd;
  }

  get fault(): ZstdError | undefined {
    return this.#fault;
  }

  readAt(offsetBytes: number, length: number): Buffer {
    if (offsetBytes < this.#fromBytes) this.#begin();
    while (this.#toBytes < offsetBytes + length && !this.#isOver) {
      this.#unpack();
      this.#drop(offsetBytes);
    }
    this.#drop(offsetBytes);
    const from = offsetBytes - this.#fromBytes;
    const all = this.#unpacked.length === 1 ? this.#unpacked[0] : Buffer.concat(this.#unpacked);
    this.#unpacked = all ? [all] : [];
    return all ? all.subarray(from, from + length) : Buffer.alloc(0);
  }

  #newStream(): Decompress {
    return new Decompress((data) => {
      if (data.length === 0) return;
      this.#unpacked.push(Buffer.from(data));
      this.#toBytes += data.length;
    });
  }

  #begin(): void {
    this.#unpacked = [];
    this.#fromBytes = this.#toBytes = this.#packedBytes = 0;
    this.#isOver = false;
    this.#fault = undefined;
    this.#stream = this.#newStream();
  }

  #unpack(): void {
    const packed = readAt(this.#fd, this.#packedBytes, packedChunkBytes);
    this.#packedBytes += packed.length;
    this.#isOver = packed.length < packedChunkBytes;
    try {
      this.#stream.push(packed, this.#isOver);
    } catch (error) {
      // The package numbers its errors; damaged data that it did not expect makes it fail by range and type errors.
      this.#isOver = true;
      this.#fault = new ZstdError(`Cannot unpack byte ${this.#packedBytes - packed.length} and what follows: not whole zstd`, { cause: error });
    }
  }

  /** Gives up whole pieces that lie before the place. */
  #drop(offsetBytes: number): void {
    for (let first = this.#unpacked[0]; first && this.#fromBytes + first.length <= offsetBytes; first = this.#unpacked[0]) {
      this.#unpacked.shift();
      this.#fromBytes += first.length;
    }
  }
}
