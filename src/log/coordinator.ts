import { HeartbeatLoop } from "./heartbeat-loop.js";
import type { LiveLogAdapter } from "./live-adapter.js";
import { LiveLoop } from "./live-loop.js";
import type { SessionLogMetadata } from "./session-metadata.js";
import { SessionLogWriter, type LogEventCallback, type WriterOptions } from "./writer.js";

/** Milliseconds throughout. */
export interface CoordinatorOptions extends WriterOptions {
  /** Pause between two polls of the live adapter; 250 where absent. */
  pollMs?: number;
  /** Longest pause between two tries of an adapter that fails; 30,000 where absent. */
  maxRetryMs?: number;
  /** Between two heartbeats; 10,000 where absent. */
  heartbeatMs?: number;
  /** No heartbeat later than this after the last other event of the writer; 1,800,000 where absent. */
  heartbeatLimitMs?: number;
}

/**
 * A running session: writes its `session_started`, heartbeats and what a live adapter reads, and its `session_ended`.
 * Its timers do not keep a process alive.
 */
export class SessionLogCoordinator {
  readonly #writer: SessionLogWriter;
  readonly #heartbeats: HeartbeatLoop;
  readonly #live: LiveLoop | undefined;
  #finished: Promise<void> | undefined;

  private constructor(writer: SessionLogWriter, liveAdapter: LiveLogAdapter | null, options: CoordinatorOptions) {
    this.#writer = writer;
    this.#heartbeats = new HeartbeatLoop(writer, options);
    this.#live = liveAdapter ? new LiveLoop(writer, liveAdapter, options) : undefined;
  }

  /** As `startWithCallback` without a callback. */
  static start(
    logsDir: string,
    metadata: SessionLogMetadata,
    liveAdapter: LiveLogAdapter | null = null,
    options: CoordinatorOptions = {},
  ): SessionLogCoordinator {
    return SessionLogCoordinator.startWithCallback(logsDir, metadata, liveAdapter, null, options);
  }

  /**
   * Opens the session's log, writes `session_started` (which the callback sees too), and starts the loops.
   * @throws {CoreError} As `SessionLogWriter.create` and `emit`.
   */
  static startWithCallback(
    logsDir: string,
    metadata: SessionLogMetadata,
    liveAdapter: LiveLogAdapter | null = null,
    callback: LogEventCallback | null = null,
    options: CoordinatorOptions = {},
  ): SessionLogCoordinator {
    const writer = SessionLogWriter.create(logsDir, metadata, options);
    if (callback) writer.setEventCallback(callback);
    const { command, model, workspacePath: cwd, resumed, backfilled } = metadata;
    writer.emit(backfilled ? "backfill" : "wrapper", { type: "session_started", command, model, cwd, resumed, backfilled });
    return new SessionLogCoordinator(writer, liveAdapter, options);
  }

  writer(): SessionLogWriter {
    return this.#writer;
  }

  /**
   * Stops the loops, lets the adapter read to the end, and writes `session_ended`, whatever becomes of the adapter.
   * Called again it gives the same promise.
   * @throws {CoreError} As `SessionLogWriter.finish`.
   */
  finish(success: boolean, error: string | null = null): Promise<void> {
    this.#finished ??= this.#finish(success, error);
    return this.#finished;
  }

  async #finish(success: boolean, error: string | null): Promise<void> {
    await this.#live?.stop();
    this.#heartbeats.stop();
    this.#writer.finish(success, error);
  }
}
