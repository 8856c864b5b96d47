import type { OnWarning } from "./json-file.js";
import type { SessionLogWriter } from "./writer.js";

const defaultIntervalMs = 10_000;
const defaultLimitMs = 30 * 60_000;

/** Milliseconds; defaults as in `CoordinatorOptions`. */
export interface HeartbeatOptions {
  heartbeatMs?: number;
  heartbeatLimitMs?: number;
  onWarning?: OnWarning;
}

/** Writes a `heartbeat` every so often, for as long as the writer's session can be believed to live. */
export class HeartbeatLoop {
  readonly #writer: SessionLogWriter;
  readonly #options: HeartbeatOptions;
  readonly #intervalMs: number;
  readonly #timer: NodeJS.Timeout;

  constructor(writer: SessionLogWriter, options: HeartbeatOptions = {}) {
    this.#writer = writer;
    this.#options = options;
    this.#intervalMs = options.heartbeatMs ?? defaultIntervalMs;
    this.#timer = setInterval(() => this.#beat(), this.#intervalMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    const idleMs = Date.now() - this.#writer.lastEventAtMs();
    if (idleMs > (this.#options.heartbeatLimitMs ?? defaultLimitMs)) return;
    try {
      this.#writer.emit("wrapper", { type: "heartbeat", interval_secs: Math.round(this.#intervalMs / 1000) });
    } catch (error) {
      // Whatever it was (a lock, a full disk, a callback), no timer may end the process: the next beat tries again.
      this.#options.onWarning?.(`Cannot write heartbeat: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
