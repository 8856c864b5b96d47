import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hasSystemCode } from "../errors.js";
import { makePrivateDir } from "../io/atomic-write.js";
import { NotRegularFile, readRegular } from "../io/regular-file.js";
import { isSessionId } from "../schema/session-id.js";
import { Home } from "./home.js";
import type { FoundLog } from "./session-finder.js";

/*
 * <home>/locks/removing/<session id>   the path of the session's logs folder
 *
 * Made before a log is removed, removed when nothing else says any more what it said: what a killed process leaves is gone on with.
 */

/** Says which sessions are about to be removed, or were and still stand in databases and indexes. */
export class RemovalMarks {
  readonly #home: Home;
  readonly #dir: string;

  constructor(home: Home) {
    this.#home = home;
    this.#dir = join(home.dir, "locks", "removing");
  }

  mark({ sessionId, logsDir }: FoundLog): void {
    makePrivateDir(this.#dir);
    writeFileSync(join(this.#dir, sessionId), logsDir, { mode: 0o600 });
  }

  unmark(sessionId: string): void {
    rmSync(join(this.#dir, sessionId), { force: true });
  }

  /** What a killed process left. Marks of folders that are none of this home's are dropped. */
  left(): FoundLog[] {
    const folders = new Set(this.#home.possibleLogsDirs());
    return this.#names().flatMap((sessionId) => {
      const logsDir = this.#textOf(sessionId);
      if (isSessionId(sessionId) && folders.has(logsDir)) return [{ sessionId, logsDir, path: Home.logPath(logsDir, sessionId) }];
      rmSync(join(this.#dir, sessionId), { force: true, recursive: true });
      return [];
    });
  }

  #names(): string[] {
    try {
      return readdirSync(this.#dir);
    } catch (error) {
      if (hasSystemCode(error, "ENOENT", "ENOTDIR")) return [];
      throw error;
    }
  }

  #textOf(sessionId: string): string {
    try {
      return readRegular(join(this.#dir, sessionId));
    } catch (error) {
      // Another process may have removed it.
      if (error instanceof NotRegularFile || hasSystemCode(error, "ENOENT")) return "";
      throw error;
    }
  }
}
