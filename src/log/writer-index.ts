import { basename, resolve } from "node:path";
import { CoreError, systemCode } from "../errors.js";
import type { AgentLogEvent, LogCompleteness } from "../schema/event.js";
import type { SessionLogIndexEntry } from "../schema/index-files.js";
import { formatTime } from "../schema/time.js";
import { lesserCompleteness } from "./completeness.js";
import { projectOf, upsertGlobalEntry, type GlobalIndexOptions } from "./global-index.js";
import { Home } from "./home.js";
import { changesIndexEntry, foldIndexEntry, newIndexEntry, readIndexEntry } from "./index-entry.js";
import type { OnWarning } from "./json-file.js";
import { updateSessionIndex } from "./session-index.js";

/** What a writer knows of its session at the moment. */
export interface WriterFacts {
  providerSessionId: string | null;
  workspacePath: string | null;
  command: string;
  completeness: LogCompleteness;
  backfilled: boolean;
}

/** A writer's own entry in `index.json` and, where a folder for it is set, in `sessions_index.json`. */
export class WriterIndex {
  readonly #logsDir: string;
  readonly #logPath: string;
  readonly #sessionId: string;
  readonly #provider: string;
  readonly #onWarning: OnWarning | undefined;
  #globalDir: string | undefined;
  #globalWritten: string | undefined;
  #entry: SessionLogIndexEntry | undefined;

  constructor(place: { logsDir: string; logPath: string; provider: string }, onWarning?: OnWarning) {
    this.#logsDir = place.logsDir;
    this.#logPath = place.logPath;
    this.#sessionId = basename(place.logPath, ".jsonl");
    this.#provider = place.provider;
    this.#onWarning = onWarning;
  }

  /** Native files that the entry names. */
  get sourcePaths(): readonly string[] {
    return this.#entry?.source_paths ?? [];
  }

  /** Puts what the writer knows into the entry; its times and native files stay. */
  upsert(facts: WriterFacts): void {
    this.#update((entry) => ({
      ...entry,
      provider_session_id: facts.providerSessionId,
      log_path: this.#logPath,
      completeness: lesserCompleteness(entry.completeness, facts.completeness),
      workspace_path: facts.workspacePath ?? entry.workspace_path,
      command: facts.command,
      backfilled: facts.backfilled,
    }));
  }

  /** Names a native file, once. */
  addSourcePath(path: string): void {
    this.#update((entry) => (entry.source_paths.includes(path) ? entry : { ...entry, source_paths: [...entry.source_paths, path] }));
  }

  /**
   * Takes in what was appended; `first` = these are the first lines of the log, whose time is the session's start.
   * The events are written: an index that cannot be is a warning, and costs no caller an event that it would write again.
   */
  take(events: readonly AgentLogEvent[], { first }: { first: boolean }): void {
    if (!first && !events.some(changesIndexEntry)) return;
    const change = (entry: SessionLogIndexEntry): SessionLogIndexEntry => {
      const start = first ? { ...entry, started_at: events[0]?.ts ?? entry.started_at } : entry;
      return events.reduce((folded, event) => foldIndexEntry(folded, event, this.#logPath), start);
    };
    this.#orWarn("index.json", () => this.#update(change));
  }

  /** Keeps an entry in `<dir>/sessions_index.json` too, from now on. */
  setGlobalDir(dir: string): void {
    this.#globalDir = dir;
    this.#globalWritten = undefined;
    this.#upsertGlobal();
  }

  #update(change: (entry: SessionLogIndexEntry) => SessionLogIndexEntry): void {
    updateSessionIndex(
      this.#logsDir,
      (entries) => {
        this.#entry = change(entries.get(this.#sessionId) ?? this.#newEntry());
        entries.set(this.#sessionId, this.#entry);
      },
      { only: { sessionId: this.#sessionId }, ...(this.#onWarning && { onWarning: this.#onWarning }) },
    );
    this.#upsertGlobal();
  }

  /** A log that was written before, but is in no index, tells its entry itself. */
  #newEntry(): SessionLogIndexEntry {
    return readIndexEntry(this.#logPath) ?? newIndexEntry(this.#logPath, { provider: this.#provider, startedAt: formatTime(Date.now()) });
  }

  /** The writer's own folder may lie elsewhere than in that home. */
  #globalOptions(dir: string): GlobalIndexOptions {
    const logsDirs = (): string[] => [...new Set([...new Home({ dir }).allLogsDirs(), resolve(this.#logsDir)])];
    return { logsDirs, ...(this.#onWarning && { onWarning: this.#onWarning }) };
  }

  /** Other programs' index of all sessions is worth a warning, not a lost event. */
  #upsertGlobal(): void {
    if (this.#globalDir === undefined || !this.#entry) return;
    const { provider, started_at } = this.#entry;
    const entry = { session_id: this.#sessionId, project: projectOf(this.#logsDir), log_path: this.#logPath, provider, started_at };
    const written = JSON.stringify(entry);
    if (written === this.#globalWritten) return;
    const dir = this.#globalDir;
    this.#orWarn("sessions_index.json", () => {
      upsertGlobalEntry(dir, entry, this.#globalOptions(dir));
      this.#globalWritten = written;
    });
  }

  #orWarn(name: string, write: () => void): void {
    try {
      write();
    } catch (error) {
      if (!(error instanceof CoreError) && systemCode(error) === undefined) throw error;
      this.#onWarning?.(`Cannot write ${name} for session ${this.#sessionId}: ${(error as Error).message}`);
    }
  }
}
