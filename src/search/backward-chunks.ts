import { closeSync, fstatSync } from "node:fs";
import { readFully, type LineChunk } from "../io/lines.js";
import { openIfThere } from "../io/open-if-there.js";

const newline = 10;
const chunkBytes = 1024 * 1024;

/** Memory that the chunks of one scan share; grows to the longest line. */
export class ScanBuffer {
  #bytes = Buffer.allocUnsafe(chunkBytes);

  /** That many bytes; what was in them is lost. */
  take(length: number): Buffer {
    if (this.#bytes.length < length) this.#bytes = Buffer.allocUnsafe(length);
    return this.#bytes.subarray(0, length);
  }
}

/**
 * Runs of whole lines of a log, the last one first; each is valid until the next is asked for. A half line at the end is left out.
 * Nothing where the file is gone or cannot be read.
 */
export function* chunksBackward(path: string, buffer: ScanBuffer): Generator<LineChunk> {
  const fd = openIfThere(path, "EACCES", "EPERM");
  if (fd === undefined) return;
  try {
    yield* backward(fd, buffer);
  } finally {
    closeSync(fd);
  }
}

function* backward(fd: number, buffer: ScanBuffer): Generator<LineChunk> {
  let endByte = fstatSync(fd).size;
  let wantedBytes = chunkBytes;
  while (endByte > 0) {
    const fromByte = Math.max(0, endByte - wantedBytes);
    const bytes = buffer.take(endByte - fromByte);
    if (readFully(fd, bytes, fromByte) < bytes.length) return;
    // The first line may have begun before; behind the last newline no line has ended yet.
    const start = fromByte === 0 ? 0 : bytes.indexOf(newline) + 1;
    const end = bytes.lastIndexOf(newline) + 1;
    if (start < end && (fromByte === 0 || start > 0)) {
      yield { offsetBytes: fromByte + start, bytes: bytes.subarray(start, end) };
      endByte = fromByte + start;
      wantedBytes = chunkBytes;
    } else if (fromByte === 0) {
      return;
    } else {
      wantedBytes *= 2;
    }
  }
}
