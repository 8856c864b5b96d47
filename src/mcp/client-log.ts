import type { Mask } from "../schema/ports.js";

/** Levels of the protocol, the least first. */
export const logLevels = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"] as const;
export type LogLevel = (typeof logLevels)[number];

/** What `notifications/message` carries. */
export type LogMessage = { level: LogLevel; logger: string; data: string };

export interface ClientLogOptions {
  mask: Mask;
  /** Told where sending fails. */
  onError: (error: unknown) => void;
  /** Milliseconds of a clock that only goes forward. */
  now?: () => number;
}

const logger = "session-log";
/** A fault that repeats must not fill the client's log: so many messages in so much time; stderr has them all. */
const most = 10;
const perMs = 60_000;

/**
 * Tells the client what its user can act on, with ids, paths and times, never recorded text. Until the client chose a level, warnings and worse;
 * nothing before `open` and after `close`; at most 10 messages a minute.
 */
export class ClientLog {
  readonly #send: (message: LogMessage) => Promise<void>;
  readonly #options: ClientLogOptions;
  #level: LogLevel = "warning";
  #isOpen = false;
  #sinceMs = -Infinity;
  #sent = 0;

  constructor(send: (message: LogMessage) => Promise<void>, options: ClientLogOptions) {
    this.#send = send;
    this.#options = options;
  }

  /** From now on the client takes messages. */
  open(): void {
    this.#isOpen = true;
  }

  close(): void {
    this.#isOpen = false;
  }

  /** Only messages of this level and worse from now on. */
  setLevel(level: LogLevel): void {
    this.#level = level;
  }

  tell(level: LogLevel, text: string): void {
    if (!this.#isOpen || logLevels.indexOf(level) < logLevels.indexOf(this.#level)) return;
    const nowMs = this.#options.now?.() ?? performance.now();
    if (nowMs - this.#sinceMs >= perMs) {
      this.#sinceMs = nowMs;
      this.#sent = 0;
    }
    this.#sent += 1;
    if (this.#sent > most) return;
    const data = this.#sent === most ? "There is more to tell than fits here: see the server's stderr." : this.#options.mask(text);
    this.#send({ level, logger, data }).catch(this.#options.onError);
  }
}
