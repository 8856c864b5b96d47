import type { ByteNeedle } from "./byte-needle.js";

const newline = 10;

/** Starts of the lines in which one of the needles stands, in order; of all lines where there are no needles. `bytes` ends behind a newline. */
export function lineStarts(bytes: Buffer, needles: readonly ByteNeedle[] | undefined): number[] {
  if (!needles) return allStarts(bytes);
  const starts = new Set(needles.flatMap((needle) => startsOf(bytes, needle)));
  return [...starts].sort((one, other) => one - other);
}

function startsOf(bytes: Buffer, needle: ByteNeedle): number[] {
  const starts: number[] = [];
  for (let at = needle.indexIn(bytes, 0, bytes.length); at >= 0; ) {
    starts.push(bytes.lastIndexOf(newline, at) + 1);
    at = needle.indexIn(bytes, bytes.indexOf(newline, at), bytes.length);
  }
  return starts;
}

function allStarts(bytes: Buffer): number[] {
  const starts: number[] = [];
  for (let start = 0; start < bytes.length; start = bytes.indexOf(newline, start) + 1) starts.push(start);
  return starts;
}
