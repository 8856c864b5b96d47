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
  /** Takes the entries of `sessions_index.json`. */
  upsertGlobal: (entry: GlobalSessionEntry) => void;
  /** Says until `onWritten` that indexes have yet to be told of a log. */
  marks: IndexMarks;
  /** Called after sessions' entries are written. */
  onWritten: (sessionIds: readonly string[]) => void;
  onWarning: (message: string) => void;
}

/** Changes of `index.json` gathered over many sessions, so that a batch is one write a folder. */
export class IndexBatch {
  readonly #options: IndexBatchOptions;
  readonly #folders = new Map<string, Map<string, Pending>>();
  /** What removes the marks of sessions. */
  readonly #unmarks = new Map<string, () => void>();

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

  /** Writes what is pending. What stands in the way (a lock, a full disk) is a warning: other programs' index is worth no lost event. */
  flush(): void {
    for (const [logsDir, sessions] of this.#folders) {
      try {
        updateSessionIndex(logsDir, (entries) => this.#apply(entries, logsDir, sessions), { onWarning: this.#options.onWarning });
      } catch (error) {
        if (!(error instanceof CoreError) && systemCode(error) === undefined) throw error;
        this.#options.onWarning(`Cannot write index.json in ${logsDir} yet: ${(error as Error).message}`);
        continue;
      }
      this.#folders.delete(logsDir);
      this.#options.onWritten([...sessions.keys()]);
      for (const sessionId of sessions.keys()) this.#unmark(sessionId);
    }
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

  #apply(entries: SessionEntries, logsDir: string, sessions: Map<string, Pending>): void {
    for (const [sessionId, { logPath, events, fromStart, isBehind }] of sessions) {
      const known = (isBehind ? undefined : entries.get(sessionId)) ?? (fromStart ? undefined : readIndexEntry(logPath));
      let entry = known;
      for (const event of events) entry = foldIndexEntry(entry, event, logPath);
      if (!entry) continue;
      entries.set(sessionId, entry);
      const { provider, started_at } = entry;
      this.#options.upsertGlobal({ session_id: sessionId, project: projectOf(logsDir), log_path: logPath, provider, started_at });
    }
  }
}
