import { CoreError } from "../errors.js";
import { isCorrupt } from "../io/sqlite.js";
import { GlobalIndexQueue } from "../log/global-index-queue.js";
import type { AgentLogEvent } from "../schema/event.js";
import { CheckpointDb } from "./checkpoint-db.js";
import { Engine, checkpointPath, type EngineMode, type EngineOptions } from "./engine.js";

export type EnginesOptions = Pick<EngineOptions, "home" | "logs" | "providers" | "exclude" | "findByNative" | "onWarning" | "now">;

/** The engines of one process: the one that writes, which is another after `import.sqlite` was deleted or damaged, and those of special use. */
export class Engines {
  readonly #options: EnginesOptions;
  readonly #retired: Engine[] = [];
  #current: Engine | undefined;
  #globalIndex: GlobalIndexQueue | undefined;

  constructor(options: EnginesOptions) {
    this.#options = options;
  }

  /** The engine that writes. `import.sqlite` may have been deleted since the last time: then it is a new one. */
  current(): Engine {
    if (this.#current?.isStale) this.retire();
    this.#current ??= this.make("written");
    return this.#current;
  }

  /** An engine that its maker closes. */
  make(mode: EngineMode, special: { onlyFollowed?: boolean; onEvents?: (events: readonly AgentLogEvent[]) => void } = {}): Engine {
    const { onlyFollowed = false, onEvents } = special;
    return new Engine(mode, { ...this.#options, upsertGlobal: (entries, onWritten) => this.#globalQueue().upsert(entries, onWritten), onlyFollowed }, onEvents);
  }

  /** Damage of `import.sqlite` may show only in the middle of the work: then it begins anew. */
  async use<T>(fn: (engine: Engine) => Promise<T>): Promise<T> {
    try {
      return await fn(this.current());
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      this.onError(error);
      return fn(this.current());
    }
  }

  /** Moves `import.sqlite` aside where the error says that it is damaged. */
  onError(error: unknown): void {
    if (!isCorrupt(error)) return;
    const { home, now, onWarning } = this.#options;
    const damaged = this.#current && { inode: this.#current.db.inode };
    this.retire();
    CheckpointDb.setAside(checkpointPath(home), { ...damaged, nowMs: now(), onWarning });
  }

  /** Gives up the engine that writes, after its database was removed; a step may still be under way in it. */
  retire(): void {
    if (this.#current) this.#retired.push(this.#current);
    this.#current = undefined;
  }

  /** Writes what `sessions_index.json` has yet to be told of, and closes those that write; what stands in the way of that is a warning. */
  close(): void {
    try {
      this.#globalIndex?.close();
    } catch (error) {
      if (!(error instanceof CoreError) || !["LOCK_TIMEOUT", "LOG_IO"].includes(error.code)) throw error;
      this.#options.onWarning(`Cannot write sessions_index.json: ${error.message}`);
    } finally {
      for (const engine of [...this.#retired, ...(this.#current ? [this.#current] : [])]) engine.close();
    }
  }

  #globalQueue(): GlobalIndexQueue {
    const { home, onWarning } = this.#options;
    this.#globalIndex ??= new GlobalIndexQueue(home.dir, { logsDirs: () => home.allLogsDirs(), onWarning });
    return this.#globalIndex;
  }
}
