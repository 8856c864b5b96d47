/**
 * Greatest length up to `mostBytes` at which UTF-8 bytes can be cut without splitting a code point.
 */
export function cutLength(bytes: Buffer, mostBytes: number): number {
  if (bytes.length <= mostBytes) return bytes.length;
  let end = mostBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return end;
}

/** The first `mostBytes` bytes of UTF-8 as text, at most; no code point is split. */
export function textOfStart(bytes: Buffer, mostBytes: number): string {
  return bytes.toString("utf8", 0, cutLength(bytes, mostBytes));
}
