/** Who asks for one thing after the other leaves no gap of so many milliseconds. */
const lullMs = 10;

export interface LullTimerOptions {
  run: () => void;
  /** Milliseconds after its start at which the work is done in any case. */
  latestMs: number;
}

/** A timer for work that can wait: once it is due it begins at the first lull in what it would disturb. It keeps no process alive. */
export class LullTimer {
  readonly #options: LullTimerOptions;
  #timer: NodeJS.Timeout | undefined;
  #latestAtMs = 0;
  #notedAtMs = -Infinity;

  constructor(options: LullTimerOptions) {
    this.#options = options;
  }

  /** What would be disturbed happened just now, and may go on. */
  note(): void {
    this.#notedAtMs = performance.now();
  }

  /** Whether there is no lull now. */
  get isBusy(): boolean {
    return performance.now() < this.#notedAtMs + lullMs;
  }

  /** Begins to wait, at least `delayMs`; no matter to one that waits already. */
  start(delayMs: number): void {
    if (this.#timer) return;
    this.#latestAtMs = performance.now() + Math.max(delayMs, this.#options.latestMs);
    this.#wait(delayMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => {
      if (this.isBusy && performance.now() < this.#latestAtMs) return this.#wait(lullMs);
      this.#timer = undefined;
      this.#options.run();
    }, ms).unref();
  }
}
