import { basename, dirname, join } from "node:path";
import { fileLock, type FileLock } from "../io/file-lock.js";

const shards = 64;

/**
 * The lock of a log: one of `<logs>/locks/00.lock` to `3f.lock`, chosen by a hash of the lower-case file name.
 * A log that lies in no `sessions` folder has its locks beside it. All versions must agree on this choice.
 */
export function logLock(logPath: string): FileLock {
  const folder = dirname(logPath);
  const logs = basename(folder) === "sessions" ? dirname(folder) : folder;
  const shard = fnv1a(basename(logPath, ".jsonl").toLowerCase()) % shards;
  return fileLock(join(logs, "locks", `${shard.toString(16).padStart(2, "0")}.lock`));
}

/** FNV-1a, 32 bits, over UTF-8. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
