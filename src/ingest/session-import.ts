import { isCorrupt } from "../io/sqlite.js";
import type { FoundFile } from "./discover.js";
import type { Engine } from "./engine.js";
import { describeFailure } from "./failure.js";
import type { FileStepResult } from "./file-step.js";
import type { SessionFiles } from "./import-order.js";
import { claimSaid } from "./said-once.js";

/** How often the indexes are written. */
const indexMs = 2000;

/** What came of the files of one native session. */
export interface SessionOutcome {
  events: number;
  /** Of native files, read. */
  bytes: number;
  /** Its log was made. */
  created: boolean;
  /** Absent where it has no log. */
  sessionId?: string;
  failed: { path: string; error: string }[];
}

export interface SessionImportOptions {
  /** Read every file from 0. */
  force: boolean;
  now: () => number;
  /** Whether nothing more is to be expected of a file for now; of all where absent. */
  isOver?: ((found: FoundFile) => boolean) | undefined;
  signal?: AbortSignal | undefined;
}

/** Reads sessions of which something is to be read into their logs, one by one or several in turns. */
export class SessionImport {
  readonly #engine: Engine;
  readonly #options: SessionImportOptions;
  #indexedMs: number;

  constructor(engine: Engine, options: SessionImportOptions) {
    this.#engine = engine;
    this.#options = options;
    this.#indexedMs = options.now();
  }

  /**
   * @param files All of the session; `isDue` says which of them are to be read, `onFile` is told of each that is dealt with.
   * @throws The signal's reason; the error of a damaged `import.sqlite`. What one file does to its reader is part of the outcome.
   */
  async run(files: SessionFiles, { isDue, onFile = () => undefined }: { isDue: (found: FoundFile) => boolean; onFile?: (found: FoundFile) => void }): Promise<SessionOutcome> {
    const outcome: SessionOutcome = { events: 0, bytes: 0, created: false, failed: [] };
    claimSaid(this.#engine, files);
    let waiting: FoundFile[] = [];
    for (const found of [...files.main, ...files.parts]) {
      this.#options.signal?.throwIfAborted();
      if (isDue(found) && (await this.#read(found, outcome))) waiting.push(found);
      onFile(found);
    }
    // An agent's file may name the calls of agents of its own, whose files came before it.
    for (let before = Number.POSITIVE_INFINITY; waiting.length > 0 && waiting.length < before; ) {
      before = waiting.length;
      const again = waiting;
      waiting = [];
      for (const found of again) if (await this.#read(found, outcome)) waiting.push(found);
    }
    this.#tellIndexes();
    return outcome;
  }

  /** @returns Whether what it needs is not there yet. */
  async #read(found: FoundFile, outcome: SessionOutcome): Promise<boolean> {
    const { signal, force, isOver = () => true } = this.#options;
    try {
      const result = await this.#engine.run(found, { final: isOver(found), force, orphans: true }, signal);
      addTo(outcome, result);
      return result.waiting && found.file.role !== "main";
    } catch (error) {
      signal?.throwIfAborted();
      if (isCorrupt(error)) throw error;
      // Whatever one file does to its reader, the rest goes on: the report names it.
      outcome.failed.push({ path: found.file.path, error: describeFailure(error) });
      return false;
    }
  }

  #tellIndexes(): void {
    if (this.#options.now() - this.#indexedMs < indexMs) return;
    this.#engine.flushIndexes();
    this.#indexedMs = this.#options.now();
  }
}

function addTo(outcome: SessionOutcome, { events, bytes, created, sessionId }: FileStepResult): void {
  outcome.events += events;
  outcome.bytes += bytes;
  outcome.created ||= created;
  if (sessionId !== undefined) outcome.sessionId = sessionId;
}
