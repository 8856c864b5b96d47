/**
 * Sleep that ends early when something happens. What happens between two sleeps ends the next one at once; a sleep ends for good when the time is over.
 */
export class Wake {
  #signal: AbortSignal;
  #timer: NodeJS.Timeout;
  #pending = false;
  #over = false;
  #resume: (() => void) | undefined;
  readonly #onAbort = (): void => this.up();

  constructor({ timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal }) {
    this.#signal = signal;
    signal.addEventListener("abort", this.#onAbort);
    this.#over = timeoutMs <= 0;
    this.#timer = setTimeout(() => {
      this.#over = true;
      this.up();
    }, timeoutMs);
  }

  /** Whether the time is over. */
  get isOver(): boolean {
    return this.#over;
  }

  /** Ends the sleep. */
  up(): void {
    this.#pending = true;
    this.#resume?.();
  }

  /** Sleeps until `up` was called since the last sleep, or the time is over. Throws the signal's reason when that is aborted. */
  async next(): Promise<void> {
    if (!this.#pending && !this.#over && !this.#signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#resume = resolve;
      });
    }
    this.#resume = undefined;
    this.#pending = false;
    this.#signal.throwIfAborted();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#signal.removeEventListener("abort", this.#onAbort);
  }
}
