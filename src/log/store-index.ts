import { systemCode } from "../errors.js";
import type { AgentLogEvent } from "../schema/event.js";
import type { SessionLogIndexEntry } from "../schema/index-files.js";
import { projectOf } from "./global-index.js";
import { GlobalIndexQueue } from "./global-index-queue.js";
import type { Home } from "./home.js";
import { changesIndexEntry, foldIndexEntry, readIndexEntry } from "./index-entry.js";
import { IndexMarks } from "./index-marks.js";
import type { OnWarning } from "./json-file.js";
import type { AppendResult } from "./append-result.js";
import type { FoundLog } from "./session-finder.js";
import { updateSessionIndex } from "./session-index.js";

interface FirstLines {
  /** The events are the first lines of their log. */
  isNew: boolean;
  /** The session's id was just made up. */
  isFresh: boolean;
}

/**
 * Keeps `index.json` and `sessions_index.json` in step with what a store appends. They are for other programs:
 * where they cannot be written, that is a warning; the log has the events.
 */
export class StoreIndex {
  readonly #global: GlobalIndexQueue;
  readonly #marks: IndexMarks;
  readonly #onWarning: OnWarning;

  constructor(home: Home, onWarning: OnWarning) {
    this.#onWarning = onWarning;
    this.#marks = new IndexMarks(home);
    this.#global = new GlobalIndexQueue(home.dir, { logsDirs: () => home.allLogsDirs(), onWarning });
  }

  /**
   * Runs what appends to a log, and takes in what it appended. Where this process is killed in between, another one's `mend` does.
   * @param options.isFresh The session's id was just made up.
   */
  async after(log: FoundLog, append: () => Promise<AppendResult>, { isFresh = false } = {}): Promise<AppendResult> {
    const unmark = this.#orWarn(() => this.#marks.mark(log));
    let isTold = true;
    try {
      const result = await append();
      isTold = this.#take(log, result.events, { isNew: result.fromByte === 0, isFresh });
      return result;
    } finally {
      if (isTold) unmark?.();
    }
  }

  /** Has indexes told what killed processes did not tell them. */
  mend(): void {
    this.#orWarn(() => this.#marks.settle((log) => this.#tell(log, [])));
  }

  /** Writes what is pending. */
  close(): void {
    this.#orWarn(() => this.#global.close());
  }

  /** @returns False where an index could not be written. */
  #take(log: FoundLog, events: readonly AgentLogEvent[], first: FirstLines): boolean {
    return !(first.isNew || events.some(changesIndexEntry)) || this.#tell(log, events, first);
  }

  #tell(log: FoundLog, events: readonly AgentLogEvent[], first: FirstLines = { isNew: false, isFresh: false }): boolean {
    const written = this.#orWarn(() => ({ entry: this.#updateEntry(log, events, first) }));
    if (!written?.entry) return written !== undefined;
    const { provider, started_at } = written.entry;
    // Who is killed before `sessions_index.json` is written leaves a mark of that too. What follows on a log changes nothing there.
    const unmark = first.isNew || events.length === 0 ? this.#orWarn(() => this.#marks.mark(log, { isGathered: true })) : undefined;
    const entry = { session_id: log.sessionId, project: projectOf(log.logsDir), log_path: log.path, provider, started_at };
    this.#orWarn(() => this.#global.upsert([entry], unmark));
    return true;
  }

  #updateEntry({ logsDir, path, sessionId }: FoundLog, events: readonly AgentLogEvent[], { isNew, isFresh }: FirstLines): SessionLogIndexEntry | undefined {
    let folded: SessionLogIndexEntry | undefined;
    const change = (entries: Map<string, SessionLogIndexEntry>): void => {
      const known = isNew || events.length === 0 ? undefined : entries.get(sessionId);
      // A log that is in no index yet, or of which it is not known what the index lacks, tells its entry itself, these events included.
      folded = known || isNew ? events.reduce<SessionLogIndexEntry | undefined>((entry, event) => foldIndexEntry(entry, event, path), known) : readIndexEntry(path);
      if (folded) entries.set(sessionId, folded);
    };
    updateSessionIndex(logsDir, change, { onWarning: this.#onWarning, only: { sessionId, isFresh } });
    return folded;
  }

  #orWarn<T>(write: () => T): T | undefined {
    try {
      return write();
    } catch (error) {
      const code = systemCode(error);
      if (code === undefined) throw error;
      this.#onWarning(`Cannot write an index of sessions (${code}): ${(error as Error).message}`);
      return undefined;
    }
  }
}
