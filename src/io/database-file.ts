import { rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { hasSystemCode } from "../errors.js";
import { makePrivateDir } from "./atomic-write.js";
import { fileLock } from "./file-lock.js";
import { moveAside } from "./moved-aside.js";
import { openInPlace, type Database } from "./sqlite.js";
import { statIfThere } from "./stat-if-there.js";

/**
 * Runs what opens, removes or moves a database that may be made anew at any time, while no other process does. SQLite finds journals by
 * their names: opened between the steps of a removal, a database would share those of the one that is to go.
 * The lock is `<folder>/locks/<name>.lock`.
 * @param options.makesLock Makes the lock's file where it is missing; true by default. Else that means that nobody ever wrote there, and `fn` just runs.
 * @throws {CoreError} `LOCK_TIMEOUT`, `LOG_IO`; what `fn` throws.
 */
export function atDatabase<T>(path: string, fn: () => T, { makesLock = true }: { makesLock?: boolean } = {}): T {
  const lockPath = join(dirname(path), "locks", `${basename(path)}.lock`);
  if (!makesLock && !statIfThere(lockPath)) return fn();
  const lock = fileLock(lockPath);
  try {
    return lock.withLock(fn);
  } finally {
    // Taken once or twice in the life of a process.
    if (!lock.isHeld) lock.close();
  }
}

/**
 * Opens the database, making it (mode 0600) and its folder where they are missing. For use within `atDatabase`.
 * @returns It and the inode of its file, by which a user sees that another file took its place.
 * @throws {Error} as `openDatabase`.
 */
export function openAtPlace(path: string): { db: Database; inode: number } {
  makePrivateDir(dirname(path));
  // What lies there without a database is of one whose remover was killed: it would be played into the new one.
  if (!statIfThere(path)) removeJournals(path);
  return openInPlace(path);
}

/** Removes the database, if it is there. Whoever has it open sees by the inode that it is gone. For use within `atDatabase`. */
export function removeDatabase(path: string): void {
  rmSync(path, { force: true });
  removeJournals(path);
}

/**
 * Moves the damaged database aside, as `moveAside` does. For use within `atDatabase`.
 * @param options.inode Its inode; undefined for whatever stands there.
 * @returns Where it lies now; undefined where another process was faster.
 */
export function setDatabaseAside(path: string, { nowMs, inode }: { nowMs: number; inode?: number | undefined }): string | undefined {
  if (inode !== undefined && statIfThere(path)?.ino !== inode) return undefined;
  try {
    const aside = moveAside(path, nowMs);
    removeJournals(path);
    return aside;
  } catch (error) {
    if (!hasSystemCode(error, "ENOENT")) throw error;
    return undefined;
  }
}

function removeJournals(path: string): void {
  for (const suffix of ["-wal", "-shm"]) rmSync(path + suffix, { force: true });
}
