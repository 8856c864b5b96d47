import { closeSync, fstatSync, readSync } from "node:fs";
import { openRegular } from "./regular-file.js";

const newline = 10;
const chunkBytes = 256 * 1024;
const lineChunkBytes = 8 * 1024;
const backwardChunkBytes = 64 * 1024;

/** A run of whole lines of a file: `bytes` begins at a line's start and ends behind a newline. */
export interface LineChunk {
  offsetBytes: number;
  bytes: Buffer;
}

/** One line: where it starts in its file, and its bytes without the newline. */
export interface Line {
  offsetBytes: number;
  bytes: Buffer;
}

/**
 * The whole lines of `chunk`, as places in it (`end` excludes the newline).
 * @returns `consumedBytes` = the start of the unfinished last line.
 */
export function splitLines(chunk: Buffer): { lines: { start: number; end: number }[]; consumedBytes: number } {
  const lines: { start: number; end: number }[] = [];
  let start = 0;
  for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
    lines.push({ start, end });
    start = end + 1;
  }
  return { lines, consumedBytes: start };
}

/**
 * Reads until `buffer` is full or the file ends.
 * @returns Bytes read.
 */
export function readFully(fd: number, buffer: Buffer, offsetBytes: number): number {
  let filled = 0;
  while (filled < buffer.length) {
    const count = readSync(fd, buffer, filled, buffer.length - filled, offsetBytes + filled);
    if (count === 0) break;
    filled += count;
  }
  return filled;
}

/**
 * Runs of whole lines between two places of an open file, in order. An unfinished last line is not given.
 * @param range.fromByte Start of a line. @param range.toByte End of the file as it is now, by default.
 * @param range.reuse The buffers are valid only until the next chunk is asked for; for scans that keep nothing.
 */
export function* lineChunks(fd: number, range: { fromByte: number; toByte?: number; reuse?: boolean }): Generator<LineChunk> {
  const toByte = range.toByte ?? fstatSync(fd).size;
  let offsetBytes = range.fromByte;
  let wantedBytes = chunkBytes;
  let spare = Buffer.alloc(0);
  while (offsetBytes < toByte) {
    const length = Math.min(wantedBytes, toByte - offsetBytes);
    if (!range.reuse || spare.length < length) spare = Buffer.allocUnsafe(length);
    const buffer = spare.subarray(0, length);
    const filled = readFully(fd, buffer, offsetBytes);
    const end = buffer.subarray(0, filled).lastIndexOf(newline) + 1;
    if (end > 0) {
      yield { offsetBytes, bytes: buffer.subarray(0, end) };
      offsetBytes += end;
      wantedBytes = chunkBytes;
    } else {
      if (filled < wantedBytes) return;
      wantedBytes *= 2;
    }
  }
}

/**
 * Whole lines of a file from a line's start onwards, read in chunks as they are asked for. The file is closed when the consumer stops.
 * @param range.toByte End of the file as it is at the start, by default; a line that ends behind it is not given.
 * @throws {NotRegularFile}; the system error where the file cannot be opened or read.
 */
export function* linesForward(path: string, range: { fromByte: number; toByte?: number }): Generator<Line> {
  const fd = openRegular(path);
  try {
    for (const { offsetBytes, bytes } of lineChunks(fd, range)) {
      let start = 0;
      for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
        yield { offsetBytes: offsetBytes + start, bytes: bytes.subarray(start, end) };
        start = end + 1;
      }
    }
  } finally {
    closeSync(fd);
  }
}

/** Bytes of the line that starts there, without the newline; undefined where no whole line follows. For single lines: little is read. */
export function lineAt(fd: number, offsetBytes: number): Buffer | undefined {
  for (let wantedBytes = lineChunkBytes; ; wantedBytes *= 4) {
    const buffer = Buffer.allocUnsafe(wantedBytes);
    const bytes = buffer.subarray(0, readFully(fd, buffer, offsetBytes));
    const end = bytes.indexOf(newline);
    if (end >= 0) return bytes.subarray(0, end);
    if (bytes.length < wantedBytes) return undefined;
  }
}

/**
 * Whole lines of a file, last one first, read in chunks as they are asked for. The file is closed when the consumer stops.
 * @param range.endByte Only lines that end at or before it; the end of the file by default. What follows the last newline before it is not given.
 */
export function* linesBackward(path: string, range: { endByte?: number } = {}): Generator<Line> {
  const fd = openRegular(path);
  try {
    yield* backward(fd, range.endByte ?? fstatSync(fd).size);
  } finally {
    closeSync(fd);
  }
}

function* backward(fd: number, endByte: number): Generator<Line> {
  /** Bytes between the start of the chunk at hand and the end of the last line that is not given yet. */
  let rest: Buffer = Buffer.alloc(0);
  let restOffset = endByte;
  let ended = false;
  let wantedBytes = backwardChunkBytes;
  while (restOffset > 0) {
    const length = Math.min(wantedBytes, restOffset);
    const buffer = Buffer.allocUnsafe(length + rest.length);
    const filled = readFully(fd, buffer.subarray(0, length), restOffset - length);
    if (filled < length) return;
    rest.copy(buffer, length);
    restOffset -= length;
    let end = buffer.length;
    if (!ended) {
      // What stands behind the last newline is no line yet.
      end = buffer.lastIndexOf(newline) + 1;
      ended = end > 0;
    }
    if (ended) end = yield* linesOf(buffer, restOffset, end);
    rest = buffer.subarray(0, ended ? end : buffer.length);
    wantedBytes = Math.max(backwardChunkBytes, rest.length);
  }
  if (ended && rest.length > 0) yield { offsetBytes: 0, bytes: rest.subarray(0, -1) };
}

/** Gives the lines of `buffer` before `end` (behind a newline) whose start stands in it. @returns The end of what is left. */
function* linesOf(buffer: Buffer, bufferOffset: number, endOfLast: number): Generator<Line, number> {
  let end = endOfLast;
  for (;;) {
    const before = end >= 2 ? buffer.lastIndexOf(newline, end - 2) : -1;
    if (before < 0) return end;
    yield { offsetBytes: bufferOffset + before + 1, bytes: buffer.subarray(before + 1, end - 1) };
    end = before + 1;
  }
}
