import { systemCode } from "../errors.js";
import type { AgentLogEvent } from "../schema/event.js";
import type { SessionLogIndexEntry } from "../schema/index-files.js";
import { projectOf } from "./global-index.js";
import { GlobalIndexQueue } from "./global-index-queue.js";
import type { Home } from "./home.js";
import { changesIndexEntry, foldIndexEntry, readIndexEntry } from "./index-entry.js";
import type { OnWarning } from "./json-file.js";
import type { FoundLog } from "./session-finder.js";
import { updateSessionIndex } from "./session-index.js";

/**
 * Keeps `index.json` and `sessions_index.json` in step with what a store appends. They are for other programs:
 * where they cannot be written, that is a warning; the log has the events.
 */
export class StoreIndex {
  readonly #global: GlobalIndexQueue;
  readonly #onWarning: OnWarning;

  constructor(home: Home, onWarning: OnWarning) {
    this.#onWarning = onWarning;
    this.#global = new GlobalIndexQueue(home.dir, { logsDirs: () => home.allLogsDirs(), onWarning });
  }

  /** Takes in what was appended to a log. @param isNew These are its first lines. */
  take(log: FoundLog, events: readonly AgentLogEvent[], { isNew = false }: { isNew?: boolean } = {}): void {
    if (!isNew && !events.some(changesIndexEntry)) return;
    const entry = this.#orWarn(() => this.#updateEntry(log, events, isNew));
    if (!entry) return;
    const { provider, started_at } = entry;
    this.#orWarn(() =>
      this.#global.upsert({ session_id: log.sessionId, project: projectOf(log.logsDir), log_path: log.path, provider, started_at }),
    );
  }

  /** Writes what is pending. */
  close(): void {
    this.#orWarn(() => this.#global.close());
  }

  #updateEntry({ logsDir, path, sessionId }: FoundLog, events: readonly AgentLogEvent[], isNew: boolean): SessionLogIndexEntry | undefined {
    let folded: SessionLogIndexEntry | undefined;
    const change = (entries: Map<string, SessionLogIndexEntry>): void => {
      const known = isNew ? undefined : entries.get(sessionId);
      // A log that is in no index yet tells its entry itself, these events included.
      folded = known || isNew ? events.reduce<SessionLogIndexEntry | undefined>((entry, event) => foldIndexEntry(entry, event, path), known) : readIndexEntry(path);
      if (folded) entries.set(sessionId, folded);
    };
    updateSessionIndex(logsDir, change, { onWarning: this.#onWarning });
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
