import type { FoundFile } from "./discover.js";

/**
 * Reads one file up to its end. `final`: it has been quiet, so that what waits for more is said.
 * @returns False where it cannot be read yet and shall be tried again.
 */
export type TailStep = (found: FoundFile, options: { final: boolean; metBytes: number | undefined }) => Promise<boolean>;

/** Pauses before a file is tried again. */
const firstRetryMs = 100;
const longestRetryMs = 30_000;

export interface TailedFileOptions {
  step: TailStep;
  quietMs: number;
  now: () => number;
  unwatch: () => void;
}

/** One file that is followed: steps one after the other, a last one when it has been quiet, and again after a failure. */
export class TailedFile {
  readonly #options: TailedFileOptions;
  #found: FoundFile | undefined;
  #metBytes: number | undefined;
  #running: Promise<void> | undefined;
  #isDirty = false;
  #isClosed = false;
  #finalDueMs: number | undefined;
  #retryDueMs: number | undefined;
  #retryMs = firstRetryMs;
  #changedMs: number;

  constructor(options: TailedFileOptions) {
    this.#options = options;
    this.#changedMs = options.now();
  }

  get changedMs(): number {
    return this.#changedMs;
  }

  /** Nothing is under way or waits. */
  get isIdle(): boolean {
    return !this.#running && !this.#isDirty && this.#finalDueMs === undefined && this.#retryDueMs === undefined;
  }

  /** The file looks other than before. */
  changed(found: FoundFile, metBytes: number | undefined): void {
    this.#found = found;
    this.#metBytes ??= metBytes;
    this.#isDirty = true;
    this.#changedMs = this.#options.now();
    this.#finalDueMs = undefined;
    this.#go();
  }

  /** Somebody else reads the file as it is now; what waits in it then is said when it has been quiet. */
  settleLater(found: FoundFile): void {
    this.#found = found;
    this.#changedMs = found.stat.mtimeMs;
    this.#finalDueMs = this.#options.now() + this.#options.quietMs;
  }

  /** Called now and then. */
  tick(): void {
    const nowMs = this.#options.now();
    if (this.#retryDueMs !== undefined && nowMs >= this.#retryDueMs) {
      this.#retryDueMs = undefined;
      this.#isDirty = true;
      this.#go();
    }
    if (this.#finalDueMs !== undefined && nowMs >= this.#finalDueMs && !this.#running) void this.#start(true);
  }

  /** Ends the watch; says what waits. */
  async close(): Promise<void> {
    this.#options.unwatch();
    this.#isClosed = true;
    await this.#running;
    this.#retryDueMs = undefined;
    if (this.#isDirty || this.#finalDueMs !== undefined) await this.#start(true);
  }

  #go(): void {
    if (!this.#running && this.#isDirty && !this.#isClosed) void this.#start(false);
  }

  #start(final: boolean): Promise<void> {
    this.#isDirty = false;
    this.#finalDueMs = undefined;
    const running = this.#step(final).finally(() => {
      if (this.#running === running) this.#running = undefined;
      this.#go();
    });
    this.#running = running;
    return running;
  }

  async #step(final: boolean): Promise<void> {
    if (!this.#found) return;
    const isRead = await this.#options.step(this.#found, { final, metBytes: this.#metBytes });
    const nowMs = this.#options.now();
    if (!isRead) {
      this.#retryDueMs = nowMs + this.#retryMs;
      this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs);
      // What stays as it is counts as it is, some time.
      if (!final) this.#finalDueMs = nowMs + this.#options.quietMs;
      return;
    }
    this.#retryMs = firstRetryMs;
    if (!final) this.#finalDueMs = nowMs + this.#options.quietMs;
  }
}
