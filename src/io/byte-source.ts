import { readFully } from "./lines.js";

/** Content that is read at offsets, wherever its bytes come from. */
export interface ByteSource {
  /** Where it ends; infinite where only reading tells. */
  readonly endBytes: number;
  /** Why it ends where it should not, once reading came to that place. */
  readonly fault?: Error | undefined;
  /** Up to `length` bytes; fewer only at its end. */
  readAt(offsetBytes: number, length: number): Buffer;
}

/** What a file that was read whole has beyond that. */
export const noBytes: ByteSource = { endBytes: 0, readAt: () => Buffer.alloc(0) };

/** An open file, up to `endBytes`. */
export function fileSource(fd: number, endBytes: number): ByteSource {
  return { endBytes, readAt: (offsetBytes, length) => readAt(fd, offsetBytes, Math.min(length, endBytes - offsetBytes)) };
}

/** Up to `length` bytes of an open file; fewer where it ends before. */
export function readAt(fd: number, offsetBytes: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(Math.max(0, length));
  return buffer.subarray(0, readFully(fd, buffer, offsetBytes));
}
