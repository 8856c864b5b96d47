import { closeSync, openSync, statSync } from "node:fs";
import { hasSystemCode } from "../errors.js";
import { refuseIrregular } from "./regular-file.js";
import { withRetry } from "./retry.js";
import { sqliteErrorCode } from "./sqlite-error.js";
import { chooseEngine, type Database } from "./sqlite-engine.js";

export type { Database, Row, SqlValue, Statement } from "./sqlite-engine.js";
export { hasSqliteCode, isBusy, isCorrupt, isUnwritable, sqliteErrorCode } from "./sqlite-error.js";
export { withRetry } from "./retry.js";

/** What SQLite keeps beside a database. */
const journals = ["-wal", "-shm"];

/**
 * Opens (and, unless `readOnly`, creates with mode 0600) a database. Its folder must exist.
 * @param options.timeoutMs SQLite's own wait for locks; 0 by default, since `withRetry` waits better.
 * @throws {NotRegularFile} where it, or its journal, would be written through a link or into a device; the engine's error (see `sqliteErrorCode`), or a system error where the file cannot be made.
 */
export function openDatabase(path: string, options: { readOnly?: boolean; timeoutMs?: number } = {}): Database {
  const { readOnly = false, timeoutMs = 0 } = options;
  const engine = chooseEngine();
  if (!readOnly && path !== ":memory:") {
    for (const suffix of ["", ...journals]) refuseIrregular(path + suffix);
    createPrivate(path);
  }
  return engine.open(path, { readOnly, timeout: timeoutMs });
}

/**
 * As `openDatabase`, for a file that others may remove or replace at any time. Its inode is taken before it is opened: where another
 * file takes its place in that moment, the path has another inode than was told, and who looks opens it anew.
 * @throws {Error} as `openDatabase`, and `ENOENT` where it was removed in that moment.
 */
export function openInPlace(path: string): { db: Database; inode: number } {
  refuseIrregular(path);
  createPrivate(path);
  const inode = statSync(path).ino;
  return { db: openDatabase(path), inode };
}

/**
 * Closes a database that may have been written to, with its journal moved into the file: an engine that keeps statements ready
 * (`@photostructure/sqlite` 1.2) would leave it, and the next process had to read all of it at its start. Where that cannot be done
 * now, as while others read, it stays for them: nothing is lost.
 */
export function closeWritten(db: Database): void {
  try {
    db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch (error) {
    if (sqliteErrorCode(error) === undefined) throw error;
  } finally {
    db.close();
  }
}

/** Name and SQLite version of the engine in use. */
export function sqliteEngine(): { name: string; version: string } {
  const { name, version } = chooseEngine();
  return { name, version };
}

/**
 * Runs `fn` between `BEGIN IMMEDIATE` (retried while locked) and `COMMIT`; rolls back what it wrote where it throws.
 * A call inside another on the same database joins it.
 * @throws {CoreError} `LOCK_TIMEOUT` after 5 s; what `fn` throws.
 */
export function transaction<T>(db: Database, fn: () => T): T {
  if (db.isTransaction) return fn();
  withRetry(() => db.exec("BEGIN IMMEDIATE"));
  try {
    const result = fn();
    withRetry(() => db.exec("COMMIT"));
    return result;
  } finally {
    // After COMMIT there is none; SQLite itself may have rolled back (full disk).
    if (db.isTransaction) db.exec("ROLLBACK");
  }
}

/**
 * Makes the file with its mode before SQLite would make it with a wider one. An existing file is not even opened:
 * closing any descriptor of a file drops all POSIX locks that this process holds on it (sqlite.org/howtocorrupt.html, 2.2).
 */
function createPrivate(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if (!hasSystemCode(error, "EEXIST")) throw error;
  }
}
