import { createHash } from "node:crypto";
import type { Stats } from "node:fs";
import { readFully } from "../io/lines.js";
import type { LogPlace } from "./log-place.js";

const edgeBytes = 512;

/**
 * Fingerprint of the first `lengthBytes` bytes of an open log, from their two ends: a log only grows, so one whose fingerprint
 * changed is another file, even where it has the inode of the old one (ext4 gives them out again).
 */
export function markOf(fd: number, lengthBytes: number): string {
  const head = Buffer.alloc(Math.min(edgeBytes, lengthBytes));
  const tail = Buffer.alloc(Math.min(edgeBytes, lengthBytes));
  const read = readFully(fd, head, 0) + readFully(fd, tail, lengthBytes - tail.length);
  return createHash("sha256").update(`${read} `).update(head).update(tail).digest("hex").slice(0, 16);
}

/** Whether an open log is the one that was taken in as far as `known` says, and has at most grown since. */
export function isSameLog(fd: number, stats: Stats, known: LogPlace): boolean {
  if (stats.ino !== known.inode || stats.size < known.indexedBytes) return false;
  return known.markBytes === 0 || markOf(fd, known.markBytes) === known.mark;
}
