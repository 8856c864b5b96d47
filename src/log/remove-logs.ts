import { rmSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { regularStat } from "../io/regular-file.js";
import { addToBackfillState } from "./backfill-state.js";
import { removeGlobalEntries } from "./global-index.js";
import type { Home } from "./home.js";
import { trustedMs } from "./imported-keys.js";
import { importedKeysOf } from "./imported-keys-of.js";
import { IndexMarks } from "./index-marks.js";
import type { OnWarning } from "./json-file.js";
import { logLock } from "./log-lock.js";
import type { FoundLog } from "./session-finder.js";
import { removeFromSessionIndex } from "./session-index.js";
import { removeCopiesOfDerived, removeCopiesOfLog } from "./stray-copies.js";

/** A log to be removed, and how long it was when that was decided. */
export interface DoomedLog extends FoundLog {
  sizeBytes: number;
}

/**
 * Has no import take the sessions of these logs for new ones. Done first: whenever a process is killed, a log that is gone stays gone.
 * Resolves when every process of the home has seen it.
 * @throws {CoreError} `LOCK_TIMEOUT`, `LOG_IO`.
 */
export async function rememberImported(logs: readonly FoundLog[], onWarning: OnWarning): Promise<void> {
  for (const [logsDir, own] of byFolder(logs)) {
    const keys = own.flatMap(({ path }) => importedKeysOf(path));
    if (keys.length > 0) addToBackfillState(logsDir, { keys }, { onWarning });
  }
  await delay(2 * trustedMs);
}

/**
 * Removes a log, unless somebody wrote to it since.
 * @returns Whether it is gone.
 * @throws {CoreError} `LOCK_TIMEOUT`, `LOG_IO`. System errors as they are.
 */
export function removeLog({ path, sizeBytes }: DoomedLog): boolean {
  return logLock(path).withLock(() => {
    const stats = regularStat(path);
    if (stats && stats.size !== sizeBytes) return false;
    rmSync(path, { force: true });
    return true;
  });
}

/** Has the indexes of a home, and what lies beside logs and databases, say nothing of logs that are gone. @throws {CoreError} `LOCK_TIMEOUT`, `LOG_IO`. */
export function forgetLogs(home: Home, gone: readonly FoundLog[], onWarning: OnWarning): void {
  const marks = new IndexMarks(home);
  for (const { logsDir, sessionId } of gone) {
    marks.remove(sessionId);
    removeCopiesOfLog(logsDir, sessionId);
  }
  for (const [logsDir, own] of byFolder(gone)) removeFromSessionIndex(logsDir, own.map(({ sessionId }) => sessionId), { onWarning });
  removeGlobalEntries(home.dir, new Set(gone.map(({ sessionId }) => sessionId)), { logsDirs: () => home.allLogsDirs(), onWarning });
  removeCopiesOfDerived(home);
}

function byFolder(logs: readonly FoundLog[]): Map<string, FoundLog[]> {
  const folders = new Map<string, FoundLog[]>();
  for (const log of logs) folders.set(log.logsDir, [...(folders.get(log.logsDir) ?? []), log]);
  return folders;
}
