import { existsSync } from "node:fs";
import { basename } from "node:path";
import { foldSessionId } from "../schema/session-id.js";
import { Home } from "./home.js";
import { requireSessionId } from "./require-session-id.js";
import { logPaths } from "./session-index.js";

/** Paths of the logs in a folder by session id, whatever the case of its letters. Reads the folder once at most. */
export class LogPaths {
  readonly #logsDir: string;
  #byFoldedId: Map<string, string> | undefined;

  constructor(logsDir: string) {
    this.#logsDir = logsDir;
  }

  /**
   * Path of the session's log that is there, else of the one to be made.
   * @throws {CoreError} `INVALID_ARGUMENT` where the id cannot name a session.
   */
  of(sessionId: string): string {
    const path = Home.logPath(this.#logsDir, requireSessionId(sessionId, "wrapper_session_id"));
    if (existsSync(path)) return path;
    this.#byFoldedId ??= new Map(logPaths(this.#logsDir).map((known) => [foldSessionId(basename(known, ".jsonl")), known]));
    const folded = foldSessionId(sessionId);
    const known = this.#byFoldedId.get(folded) ?? path;
    this.#byFoldedId.set(folded, known);
    return known;
  }
}
