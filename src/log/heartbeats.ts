import { CoreError, systemCode } from "../errors.js";
import { linesBackward } from "../io/lines.js";
import { statIfThere } from "../io/stat-if-there.js";
import { leadingType } from "./line-fields.js";
import type { LogSummary } from "./log-summary.js";
import type { SessionLogs } from "./session-logs.js";

interface Beating {
  path: string;
  /** Size of the log after what was looked at. */
  seenBytes: number;
  /** When something other than a heartbeat was last seen in it. */
  activeMs: number;
}

export interface HeartbeatOptions {
  /** 10,000 by default. */
  intervalMs?: number;
  /** How long after the last other event a session still beats; 30 minutes by default. */
  limitMs?: number;
  /** Milliseconds since the epoch. */
  now?: () => number;
  onWarning?: (message: string) => void;
}

const final: ReadonlySet<string> = new Set(["SESSION_NOT_FOUND", "SESSION_ENDED", "LOG_CLOSED"]);

/** Heartbeats of the sessions that this process started: they say that it lives. The timer does not keep it alive. */
export class Heartbeats {
  readonly #logs: SessionLogs;
  readonly #intervalMs: number;
  readonly #limitMs: number;
  readonly #now: () => number;
  readonly #onWarning: ((message: string) => void) | undefined;
  readonly #sessions = new Map<string, Beating>();
  #timer: NodeJS.Timeout | undefined;

  constructor(logs: SessionLogs, options: HeartbeatOptions = {}) {
    this.#logs = logs;
    this.#intervalMs = options.intervalMs ?? 10_000;
    this.#limitMs = options.limitMs ?? 30 * 60_000;
    this.#now = options.now ?? Date.now;
    this.#onWarning = options.onWarning;
  }

  /** Sessions that beat, in the order in which they began. */
  get sessionIds(): string[] {
    return [...this.#sessions.keys()];
  }

  /** A session beats from now on; one that does already begins anew. */
  start(sessionId: string, path: string): void {
    this.#sessions.set(sessionId, { path, seenBytes: statIfThere(path)?.size ?? 0, activeMs: this.#now() });
    this.#timer ??= setInterval(() => void this.#beatAll(), this.#intervalMs).unref();
  }

  stop(sessionId: string): void {
    this.#sessions.delete(sessionId);
    if (this.#sessions.size === 0) this.close();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#sessions.clear();
  }

  async #beatAll(): Promise<void> {
    for (const [sessionId, beating] of this.#sessions) {
      await this.#beat(sessionId, beating).catch((error: unknown) => this.#giveUp(sessionId, error));
    }
  }

  /** Heartbeats do not count, nor do those of another process: else two would keep each other alive. */
  #lookForOthers(beating: Beating): void {
    const sizeBytes = statIfThere(beating.path)?.size ?? 0;
    if (sizeBytes > beating.seenBytes && holdsOther(beating.path, beating.seenBytes)) beating.activeMs = this.#now();
    beating.seenBytes = sizeBytes;
  }

  async #beat(sessionId: string, beating: Beating): Promise<void> {
    this.#lookForOthers(beating);
    if (this.#now() - beating.activeMs > this.#limitMs) return;
    const kind = { type: "heartbeat", interval_secs: Math.round(this.#intervalMs / 1000) } as const;
    const { fromByte, toByte } = await this.#logs.appendAsync(sessionId, [{ sourceKind: "wrapper", kind }], { guard: requireGoingOn });
    if (beating.seenBytes === fromByte) beating.seenBytes = toByte;
  }

  /** Gone or ended by somebody else: no more. A lock or a disk that is full may be free at the next beat. */
  #giveUp(sessionId: string, error: unknown): void {
    const code = systemCode(error);
    if (code === undefined) throw error;
    if (final.has(code)) this.stop(sessionId);
    else this.#onWarning?.(`No heartbeat for session ${sessionId}: ${code}`);
  }
}

function requireGoingOn({ ended }: LogSummary): void {
  if (ended !== "no") throw new CoreError("SESSION_ENDED", "The session has ended. It needs no heartbeat.");
}

function holdsOther(path: string, fromByte: number): boolean {
  for (const { offsetBytes, bytes } of linesBackward(path)) {
    if (offsetBytes < fromByte) return false;
    const type = leadingType(bytes);
    if (type !== "" && type !== "heartbeat") return true;
  }
  return false;
}
