import { CoreError } from "../errors.js";
import { fileLock, type FileLock } from "../io/file-lock.js";

/**
 * Who of a home's processes reads native files in the background: the one that holds the lock on `ingest.lease`, for as long as it lives.
 * An import that somebody asked for holds it too where it is free, so that nobody starts the same work beside it;
 * where it is not, the import runs all the same: see the rule at `fileStep`.
 */
export class Lease {
  readonly #lock: FileLock;
  readonly #retryMs: number;
  /** Parts of this process that have it. */
  #holders = 0;
  #hasFailed = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param options.retryMs How long a process waits before it tries again; a fifth of it more or less, so that not all try at once. */
  constructor(path: string, { retryMs }: { retryMs: number }) {
    this.#lock = fileLock(path);
    this.#retryMs = retryMs;
  }

  get isHeld(): boolean {
    return this.#holders > 0;
  }

  /** Takes it where no other process has it. @returns Whether this process has it now; each success needs a `release`. */
  tryAcquire(): boolean {
    if (this.#holders === 0 && !this.#lock.tryLock()) return false;
    this.#holders += 1;
    return true;
  }

  release(): void {
    if (this.#holders === 0) return;
    this.#holders -= 1;
    if (this.#holders === 0) this.#lock.unlock();
  }

  /** Calls `onHeld` once this process has it, now or when whoever has it lets go or dies. @param onError Told of the first try that fails, not of those after it. */
  waitFor(onHeld: () => void, onError: (error: unknown) => void): void {
    let isHeld = false;
    try {
      isHeld = this.tryAcquire();
    } catch (error) {
      // A full disk or a folder without rights may be mended: the next try will tell.
      if (!this.#hasFailed) onError(error);
      this.#hasFailed = true;
    }
    if (isHeld) onHeld();
    else this.#timer = setTimeout(() => this.waitFor(onHeld, onError), this.#retryMs * (0.8 + Math.random() * 0.4)).unref();
  }

  /** Waits no more and lets go. */
  close(): void {
    clearTimeout(this.#timer);
    try {
      // Another part of this process may have the lock: then its connection stays.
      if (this.#holders > 0 || this.#lock.tryLock()) this.#lock.close();
    } catch (error) {
      // What could never be locked has no connection; it was said when it was tried.
      if (!(error instanceof CoreError && error.code === "LOG_IO")) throw error;
    }
    this.#holders = 0;
  }
}
