/** What is called, how often at most, and who is told where it fails. */
export interface CoalescerOptions {
  intervalMs: number;
  onError: (error: unknown) => void;
}

/**
 * Calls `act` soon after `poke`, at most once in `intervalMs`: at once where nothing happened for so long, else when the interval is over.
 * However many pokes come, one `act` follows the last of them. While a promise of `act` is pending, no other `act` starts.
 */
export class Coalescer {
  readonly #act: () => void | Promise<void>;
  readonly #options: CoalescerOptions;
  #timer: NodeJS.Timeout | undefined;
  #lastMs = -Infinity;
  #running = false;
  #again = false;
  #stopped = false;

  constructor(act: () => void | Promise<void>, options: CoalescerOptions) {
    this.#act = act;
    this.#options = options;
  }

  poke(): void {
    if (this.#stopped || this.#timer) return;
    if (this.#running) {
      this.#again = true;
      return;
    }
    const waitMs = this.#lastMs + this.#options.intervalMs - performance.now();
    if (waitMs <= 0) return void this.#run();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#run();
    }, Math.ceil(waitMs));
    this.#timer.unref();
  }

  /** Nothing is called from now on. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #run(): Promise<void> {
    this.#running = true;
    this.#lastMs = performance.now();
    await (async () => this.#act())().catch(this.#options.onError);
    this.#running = false;
    if (!this.#again) return;
    this.#again = false;
    this.poke();
  }
}
