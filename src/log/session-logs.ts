import { dirname } from "node:path";
import { CoreError } from "../errors.js";
import { closeFileLocks } from "../io/file-lock.js";
import type { AgentLogEvent, EventDraft } from "../schema/event.js";
import { Home } from "./home.js";
import type { AppendOptions, AppendResult } from "./append-result.js";
import { LogFile, type LogFileOptions, type LogIdentity } from "./log-file.js";
import { requireSessionId } from "./require-session-id.js";
import { SessionFinder, type FoundLog } from "./session-finder.js";

/** What this process appended to one log. */
export interface LogAppend {
  sessionId: string;
  logPath: string;
  logsDir: string;
  provider: string;
  /** In order; never empty. */
  events: readonly AgentLogEvent[];
  fromByte: number;
  toByte: number;
  /** Where the line of each event begins, counted from `fromByte`. */
  starts: readonly number[];
}

export interface SessionLogsOptions {
  /** The logs folder of a session, where somebody knows it. */
  locate?: (sessionId: string) => string | undefined;
  durable?: boolean;
  /** Everything that would write throws `READ_ONLY`. */
  readOnly?: boolean;
  /** Milliseconds since the epoch. */
  now?: () => number;
}

const mostOpen = 64;

/** All logs of a home, as this process has them open. */
export class SessionLogs {
  readonly home: Home;
  readonly #finder: SessionFinder;
  readonly #options: SessionLogsOptions;
  /** By path; the one used last stands last. */
  readonly #open = new Map<string, LogFile>();
  readonly #listeners = new Set<(append: LogAppend) => void>();
  #isClosed = false;

  constructor(home: Home, options: SessionLogsOptions = {}) {
    this.home = home;
    this.#options = options;
    this.#finder = new SessionFinder(home, (sessionId) => options.locate?.(sessionId));
  }

  /** The log of a session that is there now: of exactly that id, else of one that differs in case alone. */
  find(sessionId: string): FoundLog | undefined {
    return this.#finder.find(sessionId);
  }

  /** As `find`. @throws {CoreError} `SESSION_NOT_FOUND`. */
  require(sessionId: string): FoundLog {
    const found = this.find(sessionId);
    if (found) return found;
    throw new CoreError("SESSION_NOT_FOUND", `Session ${JSON.stringify(sessionId.slice(0, 140))} has no log. Give the id of a session that exists; list_sessions names them.`);
  }

  /** The log of a session that is open here, without a look at its file: who appends to it is told (`SESSION_NOT_FOUND`) where that is gone. */
  opened(sessionId: string): FoundLog | undefined {
    const found = this.#finder.remembered(sessionId);
    return found && this.#open.has(found.path) ? found : undefined;
  }

  /**
   * The log of an existing session, for appending. Ask again each time: only the last used stay open.
   * @throws {CoreError} `SESSION_NOT_FOUND`, `READ_ONLY`, `LOG_IO`, `LOCK_TIMEOUT`, `LOG_CLOSED` after `close`.
   */
  open(sessionId: string): LogFile {
    this.requireWritable();
    return this.#openFound(this.require(sessionId));
  }

  /**
   * Makes a session's log in `logsDir`, or opens it where it is there (with ids and completeness of `identity` from then on). Writes no event.
   * @throws {CoreError} `INVALID_ARGUMENT` (id), `READ_ONLY`, `LOG_IO`, `LOCK_TIMEOUT`, `LOG_CLOSED`.
   */
  create(sessionId: string, identity: Omit<LogIdentity, "sessionId">, logsDir: string): LogFile {
    this.requireWritable();
    requireSessionId(sessionId);
    const path = Home.logPath(logsDir, sessionId);
    this.#open.get(path)?.close();
    this.#open.delete(path);
    const log = this.#openAt(path, { ...identity, sessionId }, { make: true });
    this.#finder.add({ sessionId, logsDir, path });
    return log;
  }

  /** `LogFile.append` of that session's log; then tells the listeners. @throws {CoreError} As `open` and `LogFile.append`. */
  append(sessionId: string, drafts: readonly EventDraft[], options: AppendOptions = {}): AppendResult {
    const log = this.open(sessionId);
    const result = log.append(drafts, options);
    this.#announce(log.path, result);
    return result;
  }

  /** `LogFile.appendAsync` of that session's log; then tells the listeners. @throws {CoreError} As `open` and `LogFile.append`. */
  async appendAsync(sessionId: string, drafts: readonly EventDraft[], options: AppendOptions = {}): Promise<AppendResult> {
    this.requireWritable();
    return this.appendTo(this.require(sessionId), drafts, options);
  }

  /** As `appendAsync`, to a log that was found a moment ago. */
  async appendTo(found: FoundLog, drafts: readonly EventDraft[], options: AppendOptions = {}): Promise<AppendResult> {
    this.requireWritable();
    const log = this.#openFound(found);
    const result = await log.appendAsync(drafts, options);
    this.#announce(log.path, result);
    return result;
  }

  /**
   * Calls `listener` after each append through this object, when the bytes are written and no lock is held.
   * @returns A function that ends it.
   */
  onAppend(listener: (append: LogAppend) => void): () => void {
    const own = (append: LogAppend): void => listener(append);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /** Closes all logs. Later writes throw `LOG_CLOSED`. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const log of this.#open.values()) log.close();
    this.#open.clear();
    for (const logsDir of this.home.allLogsDirs()) closeFileLocks(logsDir);
  }

  #announce(logPath: string, { events, fromByte, toByte, starts }: AppendResult): void {
    const first = events[0];
    if (!first) return;
    const logsDir = dirname(dirname(logPath));
    const append = { sessionId: first.wrapper_session_id, logPath, logsDir, provider: first.provider, events, fromByte, toByte, starts };
    for (const listener of this.#listeners) listener(append);
  }

  #openFound({ path, sessionId }: FoundLog): LogFile {
    return this.#openAt(path, { provider: null, sessionId, providerSessionId: null }, { make: false });
  }

  #openAt(path: string, identity: LogIdentity, { make }: { make: boolean }): LogFile {
    const log = this.#open.get(path) ?? LogFile.open(path, identity, { ...this.#fileOptions(), make, remake: false });
    this.#open.delete(path);
    this.#open.set(path, log);
    this.#closeUnused(log);
    return log;
  }

  /** Those in use stay, for their appends wait for a lock or the disk. */
  #closeUnused(wanted: LogFile): void {
    for (const [path, log] of this.#open) {
      if (this.#open.size <= mostOpen) return;
      if (log.isBusy || log === wanted) continue;
      log.close();
      this.#open.delete(path);
    }
  }

  #fileOptions(): LogFileOptions {
    const { durable = false, now = Date.now } = this.#options;
    return { durable, now };
  }

  /** @throws {CoreError} `READ_ONLY`; `LOG_CLOSED` after `close()`. */
  requireWritable(): void {
    if (this.#options.readOnly) throw new CoreError("READ_ONLY", "Nothing is written with --read-only. Leave it out.");
    if (this.#isClosed) throw new CoreError("LOG_CLOSED", "Cannot write to a log: state is closed, must be open");
  }
}
