import { boundedText } from "../bounded-text.js";
import { stringAt } from "../json.js";
import type { RecordReading } from "./output.js";
import { sayResumed } from "./start.js";
import { readOther } from "./status.js";
import { closeCalls } from "./tool-result.js";
import { beginSegment, sayTotals } from "./usage.js";

/** Reads a `session.shutdown`: the process ended. A `session.resume` may follow in the same file. */
export function readShutdown(reading: RecordReading): void {
  const { data, state } = reading;
  if (reading.agentId) return readOther(reading);
  closeCalls(reading, "the process ended", () => true);
  sayTotals(reading);
  readOther(reading);
  const { result } = state.plain;
  if (result !== "") reading.say({ type: "session_result", result });
  state.plain.result = "";
  const success = stringAt(data, "shutdownType") === "routine";
  const error = stringAt(data, "errorReason");
  reading.say({ type: "session_ended", success, error: error === undefined ? null : boundedText(error, 4000) });
}

/** Reads a `session.resume`: another process goes on. What the one before left open (killed, or before 0.0.422) gets no result any more. */
export function readResume(reading: RecordReading): void {
  const { plain } = reading.state;
  if (reading.agentId) return readOther(reading);
  closeCalls(reading, "the process ended", () => true);
  beginSegment(plain.usage);
  plain.result = "";
  sayResumed(reading);
  readOther(reading);
}
