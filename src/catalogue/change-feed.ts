import type { DerivedFile } from "../io/derived-file.js";
import type { SessionTable } from "./session-table.js";

export type ChangeListener = (change: { added: boolean; sessionIds: readonly string[] }) => void;

export interface ChangeFeedOptions {
  /** Looks for what others wrote, without waiting for much. */
  look: () => void;
  /** Whether all logs were taken in once: before that everything would be new. */
  isComplete: () => boolean;
  onError: (error: unknown) => void;
}

const lookEveryMs = 100;
const tellEveryMs = 250;
/** So many sessions are named after the catalogue was made anew, since any may have changed. */
const namedAnew = 50;

/** Tells listeners of sessions that any process wrote, at most every 250 ms. Works only while somebody listens. */
export class ChangeFeed {
  readonly #file: DerivedFile<SessionTable>;
  readonly #options: ChangeFeedOptions;
  readonly #listeners = new Set<ChangeListener>();
  #looking: NodeJS.Timeout | undefined;
  #telling: NodeJS.Timeout | undefined;
  #toldAt = -Infinity;
  /** Version of the catalogue that listeners know; undefined before it was complete. */
  #known: { generation: number; version: number } | undefined;

  constructor(file: DerivedFile<SessionTable>, options: ChangeFeedOptions) {
    this.#file = file;
    this.#options = options;
  }

  /** @returns A function that ends it. */
  listen(listener: ChangeListener): () => void {
    // Its own function, so that a listener given twice is told twice and ended once.
    const own: ChangeListener = (change) => listener(change);
    this.#listeners.add(own);
    this.#looking ??= setInterval(() => this.#guard(() => this.#look()), lookEveryMs).unref();
    if (!this.#known) this.#guard(() => void this.#learn());
    return () => {
      this.#listeners.delete(own);
      if (this.#listeners.size === 0) this.close();
    };
  }

  /** Something was written: listeners are told as soon as they may be. */
  soon(): void {
    if (this.#listeners.size === 0) return;
    const waitMs = Math.max(0, this.#toldAt + tellEveryMs - performance.now());
    this.#telling ??= setTimeout(() => this.#guard(() => this.#tell()), waitMs).unref();
  }

  close(): void {
    this.#listeners.clear();
    clearInterval(this.#looking);
    clearTimeout(this.#telling);
    this.#looking = undefined;
    this.#telling = undefined;
    this.#known = undefined;
  }

  #look(): void {
    this.#options.look();
    // What changed while the catalogue was made cannot be told from what was there before: its newest may have.
    if (!this.#known) return this.#learn() ? this.#announce(this.#newest()) : undefined;
    const version = this.#file.use((table) => table.version());
    if (version !== this.#known.version || this.#file.generation !== this.#known.generation) this.soon();
  }

  #learn(): boolean {
    if (!this.#options.isComplete()) return false;
    this.#known = this.#current();
    return true;
  }

  #current(): { generation: number; version: number } {
    const version = this.#file.use((table) => table.version());
    return { generation: this.#file.generation, version };
  }

  #tell(): void {
    this.#telling = undefined;
    const before = this.#known;
    if (!before || !this.#options.isComplete()) return;
    this.#known = this.#current();
    const change = this.#known.generation === before.generation ? this.#changesSince(before.version) : this.#newest();
    this.#announce(change);
  }

  #announce(change: Parameters<ChangeListener>[0]): void {
    if (change.sessionIds.length === 0) return;
    this.#toldAt = performance.now();
    for (const listener of this.#listeners) listener(change);
  }

  #changesSince(version: number): Parameters<ChangeListener>[0] {
    const rows = this.#file.use((table) => table.all("SELECT id, created_version FROM sessions WHERE version > ?", version));
    return { added: rows.some((row) => Number(row["created_version"]) > version), sessionIds: rows.map((row) => String(row["id"])) };
  }

  #newest(): Parameters<ChangeListener>[0] {
    const rows = this.#file.use((table) => table.all("SELECT id FROM sessions ORDER BY last_ms DESC, id_key LIMIT ?", namedAnew));
    return { added: false, sessionIds: rows.map((row) => String(row["id"])) };
  }

  #guard(step: () => void): void {
    try {
      step();
    } catch (error) {
      // A timer has no caller that could act on it; the next one looks again.
      this.#options.onError(error);
    }
  }
}
