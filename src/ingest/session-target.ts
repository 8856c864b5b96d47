import { createHash } from "node:crypto";
import { isAbsolute, relative } from "node:path";
import { linesForward } from "../io/lines.js";
import { lineKeys } from "../log/line-fields.js";
import { isSessionId } from "../schema/session-id.js";
import type { Checkpoints, SessionRow } from "./checkpoints.js";
import type { EngineLogs, LogState } from "./engine-logs.js";
import type { Follows } from "./follows.js";

/** The fields before `type` lie within so many bytes of a line. */
const lineHeadBytes = 1024;

/** The log that the events of a native session go to. */
export interface LogTarget {
  to: "log";
  sessionId: string;
  path: string;
  /** It is made by `make`, or was a moment ago. */
  created: boolean;
  /** Makes it, before the first append; undefined where it is there. */
  make: (() => void) | undefined;
  /** The session was begun by a writer of its own, who also ends it. */
  followed: boolean;
  /** The session waited for this native one and has it from now on. */
  bound: boolean;
}

/**
 * Why there is none. `excluded`: its workspace is kept out; `removed`: its log was, and it stays so;
 * `foreign`: another program writes that log; `unfollowed`: nobody asked for it;
 * `later`: the session that asked for it is only about to be made.
 */
export interface NoTarget {
  to: "excluded" | "removed" | "foreign" | "unfollowed" | "later";
}

export interface SessionTargetsOptions {
  logs: EngineLogs;
  checkpoints: Checkpoints;
  follows: Follows;
  /** Absolute paths; sessions in or below them are left alone. */
  exclude: readonly string[];
  /** The session whose log knows that native id, wherever it came from. */
  findByNative: (provider: string, nativeId: string) => string | undefined;
  /** Whether a session with that native id was imported once, wherever its log is. */
  wasImported: (provider: string, nativeId: string) => boolean;
  /** Only sessions that one of ours follows. */
  onlyFollowed: boolean;
}

/** Where a session without a row of its own may have a log. */
export interface TargetLook {
  /** The session whose log knows the native id. */
  known: string | undefined;
  /** The log that is named after the native session; not looked for where another is known. */
  own: LogState | undefined;
  /** It was imported once and its log is gone. */
  isRemoved: boolean;
}

/** Chooses the log of a native session. */
export class SessionTargets {
  readonly #options: SessionTargetsOptions;

  constructor(options: SessionTargetsOptions) {
    this.#options = options;
  }

  /** Whether a workspace is kept out of everything. */
  isExcluded(cwd: string | undefined): boolean {
    return cwd !== undefined && isWithin(cwd, this.#options.exclude);
  }

  /** Whether the session was imported once and its log is gone: somebody removed it, and it stays so. */
  isRemoved({ provider, nativeId, sessionId }: SessionRow): boolean {
    return this.#options.wasImported(provider, nativeId) && !this.#options.logs.find(sessionId ?? nativeId)?.sizeBytes;
  }

  /** Whether the session has a log, and it is no shorter than after our last append. */
  isIntact({ sessionId, logBytes, cwd }: SessionRow): boolean {
    const log = sessionId === undefined ? undefined : this.#options.logs.look(sessionId, cwd);
    return log !== undefined && log.sizeBytes >= logBytes;
  }

  /** Looks for the log of a session that has none yet: that is slow, and done before others have to wait for a transaction. */
  look({ provider, nativeId, ...row }: SessionRow): TargetLook {
    const known = this.#options.findByNative(provider, nativeId);
    const own = known === undefined && isSessionId(nativeId) ? this.#options.logs.find(nativeId) : undefined;
    return { known, own, isRemoved: known === undefined && this.isRemoved({ provider, nativeId, ...row }) };
  }

  /**
   * The log of `row`'s session, to be made where it is missing; `row` is changed and kept.
   * @param native Folder in which the session was started, where that is known, when its file was last written, and whether another session spawned it.
   * @param looked What `look` told a moment ago; looked for now where absent.
   */
  resolve(row: SessionRow, native: { cwd: string | undefined; writtenMs: number; isChild: boolean }, looked?: TargetLook): LogTarget | NoTarget {
    row.cwd ??= native.cwd;
    const target = this.#choose(row, native, looked);
    this.#options.checkpoints.saveSession(row);
    return target;
  }

  #choose(row: SessionRow, native: { writtenMs: number; isChild: boolean }, looked: TargetLook | undefined): LogTarget | NoTarget {
    if (this.isExcluded(row.cwd)) return { to: "excluded" };
    if (row.foreignLog) return { to: "foreign" };
    if (row.sessionId !== undefined) return this.isRemoved(row) ? { to: "removed" } : this.#open(row, row.sessionId, false);
    const { known, own, isRemoved } = looked ?? this.look(row);
    if (isRemoved) return { to: "removed" };
    // A session that was started with the native id is found by it, and waits for its events all the same.
    const waiting = known === undefined || this.#options.follows.waits(known) ? this.#options.follows.take(row, native) : undefined;
    if (waiting === "later") return { to: "later" };
    if (this.#options.onlyFollowed && waiting === undefined) return { to: "unfollowed" };
    const sessionId = known ?? waiting?.sessionId;
    return sessionId === undefined ? this.#openOwn(row, own) : this.#open(row, sessionId, waiting !== undefined);
  }

  #open(row: SessionRow, sessionId: string, bound: boolean): LogTarget | NoTarget {
    return this.#openFound(row, { sessionId, existing: this.#options.logs.find(sessionId) }, bound);
  }

  #openFound(row: SessionRow, { sessionId, existing }: { sessionId: string; existing: LogState | undefined }, bound: boolean): LogTarget | NoTarget {
    const { logs } = this.#options;
    row.sessionId = existing?.sessionId ?? sessionId;
    // An empty one was made by a process that has not come to write in it, or was killed before.
    if (!existing || existing.sizeBytes === 0) {
      const identity = { sessionId: row.sessionId, provider: row.provider, providerSessionId: row.nativeId };
      const make = (): void => logs.create(identity, { cwd: row.cwd, existing });
      return { to: "log", sessionId: row.sessionId, path: existing?.path ?? "", created: true, make, followed: false, bound: false };
    }
    const { followed } = logs.nature(row.sessionId);
    if (followed && !bound && row.logBytes === 0 && isKeptByOthers(existing.path)) {
      row.foreignLog = true;
      return { to: "foreign" };
    }
    if (bound) logs.setProviderSessionId(row.sessionId, row.nativeId);
    return { to: "log", sessionId: row.sessionId, path: existing.path, created: false, make: undefined, followed, bound };
  }

  /** The log that is named after the native session. */
  #openOwn(row: SessionRow, existing: LogState | undefined): LogTarget | NoTarget {
    const nature = existing && this.#options.logs.nature(existing.sessionId);
    const isTaken = nature !== undefined && !nature.isEmpty && nature.provider !== row.provider;
    const sessionId = logIdOf(row, { isTaken });
    return sessionId === row.nativeId ? this.#openFound(row, { sessionId, existing }, false) : this.#open(row, sessionId, false);
  }
}

/** Name of the log of a native session: its own id, where that can name a log and no other provider has it. */
export function logIdOf({ provider, nativeId }: { provider: string; nativeId: string }, { isTaken = false } = {}): string {
  if (isSessionId(nativeId) && !isTaken) return nativeId;
  return `${provider}-${createHash("sha256").update(nativeId).digest("hex").slice(0, 32)}`;
}

/** Whether `path` is one of `folders` or lies below one. */
export function isWithin(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => {
    const below = relative(folder, path);
    return below === "" || (below !== ".." && !/^\.\.[/\\]/.test(below) && !isAbsolute(below));
  });
}

/** A log with native events that name no record was filled by another program, which reads the provider's files too. */
function isKeptByOthers(path: string): boolean {
  if (path === "") return false;
  for (const { bytes } of linesForward(path, { fromByte: 0 })) {
    const isNative = /"source_kind":"(?:backfill|provider_file|provider_log)"/.test(bytes.toString("latin1", 0, lineHeadBytes));
    if (isNative) return lineKeys(bytes).origin === undefined;
  }
  return false;
}
