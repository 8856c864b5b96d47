import { realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { hasSystemCode } from "../errors.js";
import { regularStat } from "../io/regular-file.js";
import { foldSessionId, isSessionId } from "../schema/session-id.js";
import { Home } from "./home.js";
import { LogListing } from "./log-listing.js";

/** Where a session's log is. */
export interface FoundLog {
  /** As its file has it, whatever the case of the letters that were asked for. */
  sessionId: string;
  logsDir: string;
  path: string;
}

/** Finds logs by session id in all logs folders of a home. Remembers what it found; each answer was there a moment ago. */
export class SessionFinder {
  readonly #home: Home;
  readonly #locate: (sessionId: string) => string | undefined;
  readonly #listing = new LogListing();
  readonly #found = new Map<string, FoundLog>();

  /** @param locate The logs folder where somebody knows it; looked at before all others. */
  constructor(home: Home, locate: (sessionId: string) => string | undefined) {
    this.#home = home;
    this.#locate = locate;
  }

  find(sessionId: string): FoundLog | undefined {
    if (!isSessionId(sessionId)) return undefined;
    const known = this.remembered(sessionId);
    if (known && isFile(known.path)) return known;
    const folded = foldSessionId(sessionId);
    this.#found.delete(folded);
    const found = this.#findLocated(sessionId) ?? this.#findAnywhere(sessionId, folded);
    if (found) this.#found.set(folded, found);
    return found;
  }

  /** The log as it was last found, without a look whether it is there still. */
  remembered(sessionId: string): FoundLog | undefined {
    return this.#found.get(foldSessionId(sessionId));
  }

  /** Takes note of a log that was just made. */
  add(found: FoundLog): void {
    this.#listing.add(found.path);
    this.#found.set(foldSessionId(found.sessionId), found);
  }

  #findLocated(sessionId: string): FoundLog | undefined {
    const located = this.#locate(sessionId);
    return located === undefined ? undefined : firstExact([located], sessionId);
  }

  /** Each folder costs a few looks, and an import asks for every new session: no look is made twice. */
  #findAnywhere(sessionId: string, folded: string): FoundLog | undefined {
    const logsDirs = this.#home.possibleLogsDirs();
    return firstExact(logsDirs, sessionId) ?? this.#findWithoutCase(logsDirs, folded);
  }

  #findWithoutCase(logsDirs: readonly string[], folded: string): FoundLog | undefined {
    for (const logsDir of logsDirs) {
      const sessions = join(logsDir, "sessions");
      const name = this.#listing.nameWithoutCase(sessions, `${folded}.jsonl`);
      if (name !== undefined && isFile(join(sessions, name))) return toFound(join(sessions, name));
    }
    return undefined;
  }
}

function firstExact(logsDirs: readonly string[], sessionId: string): FoundLog | undefined {
  for (const logsDir of logsDirs) {
    const path = Home.logPath(logsDir, sessionId);
    if (isFile(path)) return toFound(join(dirname(path), trueName(path)));
  }
  return undefined;
}

/** On a file system without case the file's name may be written otherwise than it was asked for. */
function trueName(path: string): string {
  const asked = basename(path);
  try {
    const name = basename(realpathSync.native(path));
    return name.toLowerCase() === asked.toLowerCase() ? name : asked;
  } catch (error) {
    if (hasSystemCode(error, "ENOENT", "EACCES", "EPERM")) return asked;
    throw error;
  }
}

function toFound(path: string): FoundLog {
  return { sessionId: basename(path, ".jsonl"), logsDir: dirname(dirname(path)), path };
}

function isFile(path: string): boolean {
  return regularStat(path) !== undefined;
}
