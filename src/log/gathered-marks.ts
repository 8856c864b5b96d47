import { randomBytes } from "node:crypto";
import { appendFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { hasSystemCode } from "../errors.js";
import { makePrivateDir } from "../io/atomic-write.js";
import { parseJson } from "../schema/parse-json.js";
import { isSessionId } from "../schema/session-id.js";
import type { FoundLog } from "./session-finder.js";

/** What the name of such a file begins with; no name of a mark of one log does, for that holds a `~`. */
export const gatheredPrefix = "gathered-";

type MarkedLog = Pick<FoundLog, "sessionId" | "logsDir">;

/**
 * Marks of many logs, as `IndexMarks` settles them, in one file: an import would make and remove one for each session. The file is there
 * while a log in it is marked.
 */
export class GatheredMarks {
  readonly #dir: string;
  readonly #marked = new Set<string>();
  #path = "";

  constructor(dir: string) {
    this.#dir = dir;
  }

  has(sessionId: string): boolean {
    return this.#marked.has(sessionId);
  }

  /** System errors as they are. */
  add({ sessionId, logsDir }: MarkedLog): void {
    if (this.#marked.size === 0) this.#path = join(this.#dir, gatheredPrefix + randomBytes(4).toString("hex"));
    const line = `${JSON.stringify([sessionId, logsDir])}\n`;
    try {
      appendFileSync(this.#path, line, { mode: 0o600 });
    } catch (error) {
      if (!hasSystemCode(error, "ENOENT")) throw error;
      makePrivateDir(this.#dir);
      appendFileSync(this.#path, line, { mode: 0o600 });
    }
    this.#marked.add(sessionId);
  }

  delete(sessionId: string): void {
    if (this.#marked.delete(sessionId) && this.#marked.size === 0) rmSync(this.#path, { force: true });
  }
}

/** The logs that such a file names. Half a line is of a writer that was killed before it wrote to that log. */
export function markedLogs(text: string): MarkedLog[] {
  return text.split("\n").flatMap((line) => {
    const pair = parseJson(line);
    if (!Array.isArray(pair)) return [];
    const [sessionId, logsDir] = pair as unknown[];
    return typeof sessionId === "string" && isSessionId(sessionId) && typeof logsDir === "string" ? [{ sessionId, logsDir }] : [];
  });
}
