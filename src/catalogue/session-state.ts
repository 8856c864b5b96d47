import type { LogCompleteness } from "../schema/event.js";
import type { TokenCounts } from "../schema/session.js";

/**
 * All that a session's log says of it so far, as plain JSON; `foldEvent` adds one line.
 * Times are milliseconds since the epoch; null is unknown.
 */
export interface SessionState {
  provider: string;
  /** The last one that a line named. */
  providerSessionId: string | null;
  workspace: string | null;
  /** Given, or the provider's own. */
  title: string | null;
  /** First words of the first prompt: the title where none is given. */
  firstWords: string | null;
  command: string | null;
  model: string | null;
  parentSessionId: string | null;
  startedMs: number | null;
  /** No session_started, message or tool event stands after the last session_ended. */
  ended: boolean;
  endedMs: number | null;
  /** Greatest time of any event but a heartbeat. */
  lastMs: number | null;
  heartbeatMs: number | null;
  /** Heartbeats not counted. */
  events: number;
  /** Lines, heartbeats and all. */
  lines: number;
  /** Greatest seq so far; -1 before the first line. */
  greatestSeq: number;
  /** Each seq is greater than those before. False where a foreign writer repeated numbers: then a seq tells no place. */
  ascending: boolean;
  /** `lines` where the sparse map of places got its last entry. */
  mappedLines: number;
  userMessages: number;
  toolCalls: number;
  toolErrors: number;
  tokens: TokenCounts | null;
  costUsd: number | null;
  completeness: LogCompleteness;
  backfilled: boolean;
  /** Its `session_started` came from a provider's record. */
  byProvider: boolean;
  sourcePaths: string[];
}

/** The state before the first line. */
export function emptyState(provider: string): SessionState {
  return {
    provider,
    providerSessionId: null,
    workspace: null,
    title: null,
    firstWords: null,
    command: null,
    model: null,
    parentSessionId: null,
    startedMs: null,
    ended: false,
    endedMs: null,
    lastMs: null,
    heartbeatMs: null,
    events: 0,
    lines: 0,
    greatestSeq: -1,
    ascending: true,
    mappedLines: 0,
    userMessages: 0,
    toolCalls: 0,
    toolErrors: 0,
    tokens: null,
    costUsd: null,
    completeness: "full",
    backfilled: false,
    byProvider: false,
    sourcePaths: [],
  };
}
