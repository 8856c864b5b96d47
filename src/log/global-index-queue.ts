import { CoreError } from "../errors.js";
import type { GlobalSessionEntry } from "../schema/index-files.js";
import { upsertGlobalEntries, type GlobalIndexOptions } from "./global-index.js";

export interface GlobalIndexQueueOptions extends GlobalIndexOptions {
  /** Milliseconds from the first entry of a batch to its write; 1,000 where absent, so that the index is true within 2 s. */
  delayMs?: number;
}

/**
 * Writes of `sessions_index.json`, gathered: a burst of changes is one locked read-change-write.
 * Its timer does not keep a process alive; what is still to be written is written by `close()`.
 */
export class GlobalIndexQueue {
  readonly #baseDir: string;
  readonly #options: GlobalIndexQueueOptions;
  readonly #pending = new Map<string, GlobalSessionEntry>();
  /** Called once what is pending is written. */
  readonly #onWritten: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(baseDir: string, options: GlobalIndexQueueOptions = {}) {
    this.#baseDir = baseDir;
    this.#options = options;
  }

  /** Takes entries for the next write; of several for one session the last counts. @param onWritten Called when they are written. @throws {CoreError} `LOG_CLOSED` after `close()`. */
  upsert(entries: readonly GlobalSessionEntry[], onWritten?: () => void): void {
    if (this.#closed) throw new CoreError("LOG_CLOSED", `Cannot index ${entries.length} sessions: state is closed, must be open`);
    for (const entry of entries) this.#pending.set(entry.session_id, entry);
    if (onWritten) this.#onWritten.push(onWritten);
    this.#schedule();
  }

  /**
   * Writes what is pending, now.
   * @throws {CoreError} `LOCK_TIMEOUT`, `LOG_IO`: the entries stay pending then. What an `onWritten` throws.
   */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending.size > 0) upsertGlobalEntries(this.#baseDir, [...this.#pending.values()], this.#options);
    this.#pending.clear();
    // One that throws leaves the others for the next time.
    for (let told = this.#onWritten.shift(); told; told = this.#onWritten.shift()) told();
  }

  /** Writes what is pending and takes no more. Called again it does nothing. @throws As `flush()`. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.flush();
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => this.#flushLater(), this.#options.delayMs ?? 1000).unref();
  }

  #flushLater(): void {
    try {
      this.flush();
    } catch (error) {
      // Nobody waits for this write: whatever stands in its way (a lock, a full disk) may be gone the next time.
      this.#options.onWarning?.(`Cannot write sessions_index.json yet: ${error instanceof Error ? error.message : String(error)}`);
      this.#schedule();
    }
  }
}
