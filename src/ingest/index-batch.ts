import { CoreError, systemCode } from "../errors.js";
import { projectOf } from "../log/global-index.js";
import { changesIndexEntry, foldIndexEntry, readIndexEntry } from "../log/index-entry.js";
import type { IndexMarks } from "../log/index-marks.js";
import { updateSessionIndex, type SessionEntries } from "../log/session-index.js";
import type { AgentLogEvent } from "../schema/event.js";
import type { GlobalSessionEntry } from "../schema/index-files.js";

/** What an index has yet to learn of one session. */
interface Pending {
  logPath: string;
  /** Lines that change its entry, in log order. */
  events: AgentLogEvent[];
  /** `events` begin with the log's first line. */
  fromStart: boolean;
  /** What the index says of it may be behind its log: its entry is read from there. */
  isBehind: boolean;
}

export interface IndexBatchOptions {
  /** Takes entries of `sessions_index.json`, and says when they are written. */
  upsertGlobal: (entries: readonly GlobalSessionEntry[], onWritten: () => void) => void;
  /** Says until `onWritten` that indexes have yet to be told of a log. */
  marks: IndexMarks;
  /** Called after sessions' entries are written in both indexes, with those of which nothing more is to be told. */
  onWritten: (sessionIds: readonly string[]) => void;
  onWarning: (message: string) => void;
}

/** Changes of `index.json` gathered over many sessions, so that a batch is one write a folder. */
export class IndexBatch {
  readonly #options: IndexBatchOptions;
  readonly #folders = new Map<string, Map<string, Pending>>();
  /** What removes the marks of sessions. */
  readonly #unmarks = new Map<string, () => void>();
  /** Sessions that `sessions_index.json` has yet to be told of. */
  readonly #told = new Set<string>();

  constructor(options: IndexBatchOptions) {
    this.#options = options;
  }

  /**
   * To be called before a log is written to in a way that its index has to tell: where this process is killed before `flush`, another tells it.
   * @returns Takes that back where nothing was written; nothing where it was announced before.
   */
  announce(log: { sessionId: string; logsDir: string }): () => void {
    if (this.#unmarks.has(log.sessionId)) return () => undefined;
    try {
      this.#unmarks.set(log.sessionId, this.#options.marks.mark(log, { isGathered: true }));
    } catch (error) {
      if (systemCode(error) === undefined) throw error;
      this.#options.onWarning(`Cannot note that index.json in ${log.logsDir} is behind: ${(error as Error).message}`);
    }
    return () => this.#unmark(log.sessionId);
  }

  /**
   * Takes in what was appended to a log. `fromStart`: these are its first lines.
   * @returns Whether an index changes by it.
   */
  take(log: { sessionId: string; logsDir: string; logPath: string }, events: readonly AgentLogEvent[], fromStart: boolean): boolean {
    const telling = events.filter((event, nth) => changesIndexEntry(event) || (fromStart && nth === 0));
    if (telling.length === 0) return false;
    const pending = this.#pending(log, fromStart);
    pending.events.push(...telling);
    return true;
  }

  /** Has a session's entry read from its log. */
  repair(log: { sessionId: string; logsDir: string; logPath: string }): void {
    this.#pending(log, false).isBehind = true;
  }

  /** Whether an index of the session is about to be written. */
  isTelling(sessionId: string): boolean {
    return this.#told.has(sessionId) || [...this.#folders.values()].some((sessions) => sessions.has(sessionId));
  }

  /** Writes what is pending. What stands in the way (a lock, a full disk) is a warning: other programs' index is worth no lost event. */
  flush(): void {
    for (const [logsDir, sessions] of this.#folders) {
      let told: GlobalSessionEntry[] = [];
      try {
        updateSessionIndex(logsDir, (entries) => (told = applied(entries, logsDir, sessions)), { onWarning: this.#options.onWarning });
      } catch (error) {
        if (!(error instanceof CoreError) && systemCode(error) === undefined) throw error;
        this.#options.onWarning(`Cannot write index.json in ${logsDir} yet: ${(error as Error).message}`);
        continue;
      }
      this.#folders.delete(logsDir);
      this.#tellGlobal(told, [...sessions.keys()]);
    }
  }

  /** Who is killed before `sessions_index.json` is written leaves the marks. */
  #tellGlobal(entries: readonly GlobalSessionEntry[], sessionIds: readonly string[]): void {
    const unmarks = sessionIds.flatMap((sessionId) => this.#unmarks.get(sessionId) ?? []);
    // What comes from now on is marked anew.
    for (const sessionId of sessionIds) {
      this.#unmarks.delete(sessionId);
      this.#told.add(sessionId);
    }
    this.#options.upsertGlobal(entries, () => {
      for (const unmark of unmarks) unmark();
      for (const sessionId of sessionIds) this.#told.delete(sessionId);
      this.#options.onWritten(sessionIds.filter((sessionId) => !this.isTelling(sessionId)));
    });
  }

  #unmark(sessionId: string): void {
    this.#unmarks.get(sessionId)?.();
    this.#unmarks.delete(sessionId);
  }

  #pending(log: { sessionId: string; logsDir: string; logPath: string }, fromStart: boolean): Pending {
    const sessions = this.#folders.get(log.logsDir) ?? new Map<string, Pending>();
    this.#folders.set(log.logsDir, sessions);
    const pending = sessions.get(log.sessionId) ?? { logPath: log.logPath, events: [], fromStart, isBehind: false };
    sessions.set(log.sessionId, pending);
    return pending;
  }
}

/** Changes the entries of a folder's index. @returns What `sessions_index.json` is to say of them. */
function applied(entries: SessionEntries, logsDir: string, sessions: Map<string, Pending>): GlobalSessionEntry[] {
  return [...sessions].flatMap(([sessionId, { logPath, events, fromStart, isBehind }]) => {
    const known = (isBehind ? undefined : entries.get(sessionId)) ?? (fromStart ? undefined : readIndexEntry(logPath));
    let entry = known;
    for (const event of events) entry = foldIndexEntry(entry, event, logPath);
    if (!entry) return [];
    entries.set(sessionId, entry);
    const { provider, started_at } = entry;
    return [{ session_id: sessionId, project: projectOf(logsDir), log_path: logPath, provider, started_at }];
  });
}
