import { randomBytes } from "node:crypto";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hasSystemCode } from "../errors.js";
import { makePrivateDir } from "../io/atomic-write.js";
import { NotRegularFile, readRegular } from "../io/regular-file.js";
import { statIfThere } from "../io/stat-if-there.js";
import { isRecent } from "../schema/time.js";
import { Home } from "./home.js";
import type { FoundLog } from "./session-finder.js";

/*
 * <home>/locks/unindexed/<session id>~<8 hex digits>            the path of the session's logs folder
 * <home>/locks/unindexed/<session id>~gathered-<8 hex digits>   the same, of an import, or for sessions_index.json
 *
 * Made before a log is written to in a way that its index.json has to tell, removed when that tells it: what a killed process leaves
 * says which index is behind.
 */

/** A mark that is so young is its writer's business. An import writes an index for many logs at once, and takes its time for that. */
const leftAfterMs = 500;
const gatheredLeftAfterMs = 5000;
const gathered = "gathered-";
/** A mark whose log is not there yet is kept for so long: its writer may be about to make it. */
const keptMs = 60_000;

/** Says which indexes may lack something: each costs what it marks, whatever the number of sessions. */
export class IndexMarks {
  readonly #home: Home;
  readonly #dir: string;

  constructor(home: Home) {
    this.#home = home;
    this.#dir = join(home.dir, "locks", "unindexed");
  }

  /**
   * @param options.isGathered The index will be told together with that of other logs; false by default.
   * @returns Removes the mark again. System errors as they are.
   */
  mark({ sessionId, logsDir }: Pick<FoundLog, "sessionId" | "logsDir">, { isGathered = false } = {}): () => void {
    const path = join(this.#dir, `${sessionId}~${isGathered ? gathered : ""}${randomBytes(4).toString("hex")}`);
    try {
      writeFileSync(path, logsDir, { mode: 0o600 });
    } catch (error) {
      if (!hasSystemCode(error, "ENOENT")) throw error;
      makePrivateDir(this.#dir);
      writeFileSync(path, logsDir, { mode: 0o600 });
    }
    return () => rmSync(path, { force: true });
  }

  /** Removes the marks of a session that is gone. */
  remove(sessionId: string): void {
    for (const name of namesIn(this.#dir)) if (name.startsWith(`${sessionId}~`)) rmSync(join(this.#dir, name), { force: true });
  }

  /** Calls `mend` for each log that was left marked, and removes the mark where it returns true. */
  settle(mend: (log: FoundLog) => boolean): void {
    for (const name of namesIn(this.#dir)) {
      const path = join(this.#dir, name);
      const markedMs = statIfThere(path)?.mtimeMs;
      // Another process has settled it.
      if (markedMs === undefined) continue;
      const nowMs = Date.now();
      if (isRecent(markedMs, nowMs, name.includes(`~${gathered}`) ? gatheredLeftAfterMs : leftAfterMs)) continue;
      const log = this.#logOf(name, path);
      const isThere = log !== undefined && statIfThere(log.path) !== undefined;
      if (isThere ? mend(log) : log === undefined || !isRecent(markedMs, nowMs, keptMs)) rmSync(path, { force: true });
    }
  }

  /** The log that a mark means; undefined where it lies in none of this home's folders. */
  #logOf(name: string, path: string): FoundLog | undefined {
    const sessionId = name.slice(0, name.lastIndexOf("~"));
    const logsDir = textOf(path);
    if (logsDir === undefined || !this.#home.possibleLogsDirs().includes(logsDir)) return undefined;
    return { sessionId, logsDir, path: Home.logPath(logsDir, sessionId) };
  }
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    if (hasSystemCode(error, "ENOENT", "ENOTDIR", "EACCES")) return [];
    throw error;
  }
}

function textOf(path: string): string | undefined {
  try {
    return readRegular(path);
  } catch (error) {
    if (error instanceof NotRegularFile || hasSystemCode(error, "ENOENT", "EACCES")) return undefined;
    throw error;
  }
}
