import { boundedRaw } from "../bounded-text.js";
import { type JsonObject, stringAt } from "../json.js";
import type { ParseResult } from "../provider.js";
import { lineKey } from "../record-key.js";
import { type PlacedProblem, readRecordLines } from "../read-record-lines.js";
import { readAssistant } from "./assistant.js";
import { settleChunks } from "./chunks.js";
import { parseHistory } from "./history.js";
import { readResume, readShutdown } from "./lifecycle.js";
import { Output, RecordReading } from "./output.js";
import { readPermissionCompleted, readPermissionRequested } from "./permission.js";
import { recordKey } from "./record-identity.js";
import { considerStart, releaseStart } from "./start.js";
import { type CopilotState, freeze, thaw } from "./state.js";
import { readBinaryAsset, readError, readHook, readModelChange, readOther, readSystemMessage, readTaskComplete, readTitle, readWarning } from "./status.js";
import { noteModel, settleThread } from "./thread.js";
import { readReasoning } from "./thought.js";
import { readExecutionStart, readUserRequested } from "./tool-call.js";
import { readAbort, readExecutionComplete } from "./tool-result.js";
import { readUsageRecord } from "./usage.js";
import { readUser } from "./user.js";

/**
 * Reads records of a Copilot CLI event log (0.0.342 to 1.0.102), or the one JSON object of older builds.
 * `provider_status` is named by the record's type.
 * @see Provider.parse
 */
export function parse(state: CopilotState, chunk: Buffer, { final }: { final: boolean }): ParseResult<CopilotState> {
  const working = thaw(state);
  const out = new Output(working);
  const consumedBytes = working.plain.format === "document" ? parseHistory(out, chunk, { final }) : parseLines(out, chunk, { final });
  working.plain.offsetBytes += consumedBytes;
  if (final && !working.plain.start.said && working.plain.start.heldRecords > 0) releaseStart(out);
  return { state: freeze(working), events: out.events, consumedBytes, agents: out.agents };
}

function parseLines(out: Output, chunk: Buffer, { final }: { final: boolean }): number {
  return readRecordLines(chunk, { offsetBytes: out.state.plain.offsetBytes, final }, {
    isRecord,
    onRecord: ({ value, text, offsetBytes }) => readRecord(out, value, { text, offsetBytes }),
    onProblem: (problem) => warn(out, problem),
  });
}

/** Whether an object behind broken text is a record of its own: a killed process leaves half a line, and the next may go on behind it (1.0.71). */
function isRecord(value: JsonObject): boolean {
  return stringAt(value, "type") !== undefined && typeof value["data"] === "object";
}

/** A line that is not one whole record: what could be read of it has been said, the line itself is a parse_warning. */
function warn(out: Output, { problem, text, offsetBytes }: PlacedProblem): void {
  const reading = new RecordReading(out, {}, { key: lineKey(text, out.state.lines), offsetBytes });
  considerStart(reading, text.length);
  reading.say({ type: "parse_warning", message: problem, raw: boundedRaw(text) });
}

/** Pieces of what a later record holds whole; only streams carry them. */
const streamed = /_delta$|^assistant\.message_start$|^tool\.execution_(?:partial_result|progress)$|^hook\.progress$/;

const readers: ReadonlyMap<string, (reading: RecordReading) => void> = new Map([
  ["user.message", readUser],
  ["assistant.message", readAssistant],
  ["assistant.reasoning", readReasoning],
  ["tool.execution_start", readExecutionStart],
  ["external_tool.requested", readExecutionStart],
  ["tool.user_requested", readUserRequested],
  ["tool.execution_complete", readExecutionComplete],
  ["permission.requested", readPermissionRequested],
  ["permission.completed", readPermissionCompleted],
  ["session.usage_record", readUsageRecord],
  ["session.resume", readResume],
  ["session.shutdown", readShutdown],
  ["session.error", readError],
  ["session.warning", readWarning],
  ["session.model_change", readModelChange],
  ["session.task_complete", readTaskComplete],
  ["session.title_changed", readTitle],
  ["session.binary_asset", readBinaryAsset],
  ["system.message", readSystemMessage],
  ["abort", readAbort],
  ["hook.start", readHook],
  ["hook.end", readHook],
]);

function readRecord(out: Output, record: JsonObject, { text, offsetBytes }: { text: string; offsetBytes: number }): void {
  if (streamed.test(stringAt(record, "type") ?? "")) return;
  const key = recordKey(record, text, out.state);
  if (key === undefined) return;
  const reading = new RecordReading(out, record, { key, offsetBytes });
  settleThread(reading);
  noteModel(reading);
  considerStart(reading, text.length);
  settleChunks(reading);
  (readers.get(reading.type) ?? readOther)(reading);
}
