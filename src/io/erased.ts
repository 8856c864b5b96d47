import type { Database } from "./sqlite-engine.js";
import { sleepSync, withRetry } from "./retry.js";
import { sqliteErrorCode } from "./sqlite-error.js";

const waitMs = 10;
const journalWithinMs = 2000;

/** Has what is deleted from now on overwritten in the file, instead of left in pages that are free. */
export function overwriteDeleted(db: Database): void {
  db.exec("PRAGMA secure_delete = ON");
}

/**
 * Writes the database anew without what was ever deleted from it, and empties its journal.
 * @returns False where others keep it from that: what was deleted may still stand in one of the files.
 */
export function rewrite(db: Database): boolean {
  try {
    // The copy that is made meanwhile would otherwise be held in memory where a database keeps temporary data there.
    db.exec("PRAGMA temp_store = DEFAULT");
    withRetry(() => db.exec("VACUUM"));
    return emptyJournal(db);
  } catch (error) {
    if (sqliteErrorCode(error) === undefined && !(error instanceof Error && "code" in error && error.code === "LOCK_TIMEOUT")) throw error;
    return false;
  }
}

/** Readers of other processes hold it for as long as one question takes them. */
function emptyJournal(db: Database): boolean {
  const deadline = performance.now() + journalWithinMs;
  for (;;) {
    const row = withRetry(() => db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get());
    if (Number(row?.["busy"]) === 0) return true;
    if (performance.now() > deadline) return false;
    sleepSync(waitMs);
  }
}
