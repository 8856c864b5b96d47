import type { AgentLogEvent } from "../schema/event.js";
import type { LogSummary } from "./log-summary.js";

export interface AppendOptions {
  /** Called under the lock before anything is written; what it throws ends the append. */
  guard?: (summary: LogSummary) => void;
}

export interface AppendResult {
  /** What was written, in order. */
  events: AgentLogEvent[];
  /** One for each draft: of the earlier event where its key or origin was there. */
  seqs: number[];
  /** How many drafts were there. */
  repeated: number;
  /** The bytes that the events fill. */
  fromByte: number;
  toByte: number;
  /** Where the line of each of them begins, counted from `fromByte`. */
  starts: readonly number[];
}
