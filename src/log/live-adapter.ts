import type { LogCompleteness, LogSourceKind } from "../schema/event.js";
import type { EventInputExtras, LogEventKindInput } from "./event-input.js";
import type { SessionLogMetadata } from "./session-metadata.js";
import type { SessionLogWriter } from "./writer.js";

/** What a live adapter is told to find the native session that it follows. */
export interface LiveLogContext {
  /** Root folder of the project, or null for a session without one. */
  root: string | null;
  providerSessionId: string | null;
  workspacePath: string | null;
  /** Native files last written before this belong to other sessions. */
  startedAt: Date;
  /** The workspace is a git worktree of its own, so that its path differs from the project's. */
  isWorktree: boolean;
}

/** Reads the native log of a running session, piece by piece. */
export interface LiveLogAdapter {
  /** Emits what is new since the last call. May reject: it is then tried again, later and later. */
  poll(writer: SessionLogWriter): Promise<void>;
  /** Called once, after the last poll; where absent, `poll` is. */
  finalize?(writer: SessionLogWriter): Promise<void>;
}

/** An event of an imported session; the third place holds its own time and what else is known of it. */
export type BackfilledEvent = readonly [source: LogSourceKind, kind: LogEventKindInput, extras?: EventInputExtras];

/** One native session, read as a whole. */
export interface BackfilledSession {
  metadata: SessionLogMetadata;
  completeness: LogCompleteness;
  /** Absolute paths of the native files. */
  sourcePaths: readonly string[];
  events: readonly BackfilledEvent[];
}

/** Reads the native logs that a provider left behind. */
export interface HistoricalLogAdapter {
  /** The sessions of a project, or all where `root` is null; may be lazy, so that one session is held at a time. */
  backfill(root: string | null): Iterable<BackfilledSession>;
}
