import { join } from "node:path";
import { CoreError, systemCode } from "../errors.js";
import { fileLock } from "../io/file-lock.js";
import { addToBackfillState, loadBackfillState } from "./backfill-state.js";
import { BackfillBatch } from "./backfill-batch.js";
import { timeoutOf, type JsonFileOptions } from "./json-file.js";
import type { BackfilledSession, HistoricalLogAdapter } from "./live-adapter.js";
import { LogPaths } from "./log-path.js";
import { sessionKey } from "./session-metadata.js";

const currentVersion = 1;
const batchSessions = 200;

export interface BackfillOptions extends JsonFileOptions {
  /** Told of each session or adapter that could not be imported. */
  onFailure?: (failure: { sessionKey?: string; error: unknown }) => void;
}

/**
 * Imports the sessions that `adapters` find, once: each gets a log with its events and a `session_ended`.
 * A session whose key is in `backfill_state.json`, or whose log holds a whole import already, is passed over; after a run that read
 * everything a further run does nothing. An adapter or a session that fails is reported (`onFailure`, `onWarning`) and the rest goes on;
 * the next run then tries again what is missing. Index and state are written once for each batch of sessions.
 * @returns How many sessions were imported.
 * @throws {CoreError} `LOCK_TIMEOUT`, also where another process imports for longer than that; system errors where index or state cannot be written.
 */
export function runBackfill(
  logsDir: string,
  root: string | null,
  adapters: readonly HistoricalLogAdapter[],
  options: BackfillOptions = {},
): number {
  if (loadBackfillState(logsDir, options).version >= currentVersion) return 0;
  const run = (): number => {
    const { version, imported_session_keys: keys } = loadBackfillState(logsDir, options);
    return version >= currentVersion ? 0 : importAll(new BackfillRun(logsDir, new Set(keys), options), { root, adapters });
  };
  // One process at a time: a second one waits, and then finds that all is done.
  return fileLock(join(logsDir, "locks", "backfill.lock")).withLock(run, timeoutOf(options));
}

function importAll(run: BackfillRun, { root, adapters }: { root: string | null; adapters: readonly HistoricalLogAdapter[] }): number {
  for (const adapter of adapters) run.importFrom(adapter, root);
  run.finish();
  return run.imported;
}

class BackfillRun {
  imported = 0;
  #failed = false;
  readonly #logsDir: string;
  readonly #paths: LogPaths;
  readonly #known: Set<string>;
  readonly #options: BackfillOptions;
  #batch: BackfillBatch;

  constructor(logsDir: string, known: Set<string>, options: BackfillOptions) {
    this.#logsDir = logsDir;
    this.#paths = new LogPaths(logsDir);
    this.#known = known;
    this.#options = options;
    this.#batch = new BackfillBatch(logsDir, this.#paths);
  }

  importFrom(adapter: HistoricalLogAdapter, root: string | null): void {
    const sessions = this.#guard(undefined, () => adapter.backfill(root)[Symbol.iterator]());
    if (!sessions) return;
    for (;;) {
      // An adapter that reads lazily may fail at any session; a generator that threw has ended.
      const next = this.#guard(undefined, () => sessions.next());
      if (!next || next.done) return;
      this.#import(next.value);
    }
  }

  finish(): void {
    this.#save(this.#failed ? undefined : currentVersion);
  }

  #import(session: BackfilledSession): void {
    const key = sessionKey(session.metadata);
    if (this.#known.has(key)) return;
    const written = this.#guard(key, () => this.#batch.write(session));
    if (written === undefined) return;
    this.#known.add(key);
    if (written) this.imported += 1;
    if (this.#batch.keys.size >= batchSessions) this.#save(undefined);
  }

  #save(version: number | undefined): void {
    const { keys } = this.#batch;
    if (keys.size === 0 && version === undefined) return;
    this.#batch.writeIndex(this.#options);
    addToBackfillState(this.#logsDir, { keys, ...(version === undefined ? {} : { version }) }, this.#options);
    this.#batch = new BackfillBatch(this.#logsDir, this.#paths);
  }

  /** Adapters are not ours and may throw anything: nothing of it may cost the other sessions their import. */
  #guard<T>(key: string | undefined, call: () => T): T | undefined {
    try {
      return call();
    } catch (error) {
      this.#failed = true;
      this.#options.onFailure?.({ ...(key === undefined ? {} : { sessionKey: key }), error });
      this.#options.onWarning?.(`Cannot import ${key === undefined ? "all sessions of an adapter" : `session ${key}`}: ${reason(error)}`);
      return undefined;
    }
  }
}

/** Wording of our own errors and of the system's names no recorded text; of others nobody knows. */
function reason(error: unknown): string {
  if (error instanceof CoreError || systemCode(error) !== undefined) return (error as Error).message;
  return error instanceof Error ? error.name : "unknown error";
}
