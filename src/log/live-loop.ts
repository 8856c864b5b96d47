import type { OnWarning } from "./json-file.js";
import type { LiveLogAdapter } from "./live-adapter.js";
import type { SessionLogWriter } from "./writer.js";

const defaultPollMs = 250;
const defaultMaxRetryMs = 30_000;

/** Milliseconds; defaults as in `CoordinatorOptions`. */
export interface LiveLoopOptions {
  pollMs?: number;
  maxRetryMs?: number;
  onWarning?: OnWarning;
}

/**
 * Polls a live adapter until it is stopped, then lets it finalize.
 * A poll that fails is said in the log once for each run of like failures, and tried again after twice as long each time.
 */
export class LiveLoop {
  readonly #writer: SessionLogWriter;
  readonly #adapter: LiveLogAdapter;
  readonly #options: LiveLoopOptions;
  readonly #done: Promise<void>;
  #stopping = false;
  #wake: () => void = () => {};
  #failures = 0;
  #lastError: string | undefined;

  constructor(writer: SessionLogWriter, adapter: LiveLogAdapter, options: LiveLoopOptions = {}) {
    this.#writer = writer;
    this.#adapter = adapter;
    this.#options = options;
    this.#done = Promise.resolve().then(() => this.#run());
  }

  /** Resolves once the poll that is under way has ended and the adapter is finalized. Never rejects. */
  stop(): Promise<void> {
    this.#stopping = true;
    this.#wake();
    return this.#done;
  }

  async #run(): Promise<void> {
    do {
      await this.#attempt("poll", () => this.#adapter.poll(this.#writer));
      await this.#pause();
    } while (!this.#stopping);
    await this.#attempt("finalize", () =>
      this.#adapter.finalize ? this.#adapter.finalize(this.#writer) : this.#adapter.poll(this.#writer),
    );
  }

  /** An adapter may fail in any way: no failure of it may cost the session its heartbeats or its end. */
  async #attempt(step: "poll" | "finalize", call: () => Promise<void>): Promise<void> {
    try {
      await call();
      this.#failures = 0;
      this.#lastError = undefined;
    } catch (error) {
      this.#failures += 1;
      this.#report(step, error instanceof Error ? error.message : String(error));
    }
  }

  #report(step: "poll" | "finalize", error: string): void {
    if (error === this.#lastError) return;
    this.#lastError = error;
    const data = { step, error, ...(step === "poll" ? { retry_in_ms: this.#pauseMs() } : {}) };
    try {
      this.#writer.emit("wrapper", { type: "provider_status", message: "live adapter failed", data });
    } catch (cause) {
      // The log cannot be written (or the callback throws): that is told outside, and must not end the loop.
      this.#options.onWarning?.(`Cannot log that the live adapter failed: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
  }

  #pauseMs(): number {
    const pollMs = this.#options.pollMs ?? defaultPollMs;
    const maxRetryMs = this.#options.maxRetryMs ?? defaultMaxRetryMs;
    return Math.min(pollMs * 2 ** Math.min(this.#failures, 20), Math.max(pollMs, maxRetryMs));
  }

  #pause(): Promise<void> {
    if (this.#stopping) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#pauseMs()).unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
