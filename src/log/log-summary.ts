import type { LogCompleteness } from "../schema/event.js";

/** What a log says as a whole. */
export interface LogSummary {
  provider: string;
  providerSessionId: string | null;
  completeness: LogCompleteness;
  /** `yes`: no session_started, message or tool event stands after the last session_ended; `synthetic`: and that one is. */
  ended: "no" | "yes" | "synthetic";
  /** Time of that session_ended, as written; null where `ended` is `no`. */
  endedAt: string | null;
  /** A session_started has an origin: a provider writes this session. */
  startedByProvider: boolean;
  /** Greatest seq + 1, or the first seq of an empty log. */
  nextSeq: number;
  /** Greatest seq; -1 where the log is empty. */
  lastSeq: number;
  /** Bytes of whole lines. */
  sizeBytes: number;
}
