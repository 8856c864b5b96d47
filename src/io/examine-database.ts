import { CoreError, systemCode } from "../errors.js";
import { refuseIrregular } from "./regular-file.js";
import { openDatabase, sqliteErrorCode, withRetry, type Database } from "./sqlite.js";
import { statIfThere } from "./stat-if-there.js";

/** What a database file is, and what was read of it. */
export type Examined<T> = { state: "missing" } | { state: "good"; value: T } | { state: "other version"; version: number } | { state: "damaged"; what: string };

/**
 * Opens a database for reading only and reads it as it stands at one moment.
 * @param wanted.version Its `user_version`; one that was never given any counts as missing, since its next user makes it.
 * @param wanted.integrity Whether SQLite shall look through all of it before, for as long as that takes.
 * @throws {CoreError} `LOCK_TIMEOUT`.
 */
export function examineDatabase<T>(path: string, wanted: { version: number; integrity: boolean }, read: (db: Database) => T): Examined<T> {
  if (!statIfThere(path)) return { state: "missing" };
  let db: Database | undefined;
  try {
    refuseIrregular(path);
    const opened = (db = openDatabase(path, { readOnly: true }));
    return withRetry(() => atOneMoment(opened, () => examine(opened, wanted, read)));
  } catch (error) {
    // Faults of the file come with a code of the system or of SQLite.
    if (error instanceof CoreError || (sqliteErrorCode(error) ?? systemCode(error)) === undefined) throw error;
    return { state: "damaged", what: error instanceof Error ? error.message : String(error) };
  } finally {
    db?.close();
  }
}

function examine<T>(db: Database, { version, integrity }: { version: number; integrity: boolean }, read: (db: Database) => T): Examined<T> {
  const found = Number(db.prepare("PRAGMA user_version").get()?.["user_version"]);
  if (found === 0) return { state: "missing" };
  if (found !== version) return { state: "other version", version: found };
  const [faults] = integrity ? db.prepare("PRAGMA integrity_check(1)").all() : [];
  const said = String(faults?.["integrity_check"] ?? "ok");
  return said === "ok" ? { state: "good", value: read(db) } : { state: "damaged", what: said };
}

function atOneMoment<T>(db: Database, fn: () => T): T {
  db.exec("BEGIN");
  try {
    return fn();
  } finally {
    if (db.isTransaction) db.exec("ROLLBACK");
  }
}
