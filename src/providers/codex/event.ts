import { boundedText } from "../bounded-text.js";
import { objectAt, stringAt } from "../json.js";
import { endedChange, endedMcpCall, endedSearch } from "./ended-tool.js";
import { noteDamage } from "./held-prompts.js";
import { readItem } from "./item.js";
import type { RecordReading } from "./output.js";
import { readUserEvent } from "./prompt.js";
import { readReasoningEvent } from "./reasoning.js";
import { noteEndedCommand, sayEnded, sayFound } from "./say-ended.js";
import { sayOther } from "./status.js";
import { readThreadName } from "./title.js";
import { callOf, sayDenial } from "./tools.js";
import { readError, readTaskComplete, readTaskStarted, readThreadSettings, readTurnAborted } from "./turn.js";
import { readUsage } from "./usage.js";

const callId = ({ payload }: RecordReading) => stringAt(payload, "call_id");

/** The search itself stands as `web_search_call`, mostly without an id; only what was found is told here. */
function readSearchEnd(reading: RecordReading): void {
  sayFound(reading, callId(reading), endedSearch(reading.payload, undefined).output);
}

/** The guardian (0.14x) decides for the user: a denial is a permission, the rest a status. */
function readGuardian(reading: RecordReading): void {
  const { payload } = reading;
  if (stringAt(payload, "status") !== "denied") return sayOther(reading);
  const action = objectAt(payload, "action");
  const asked = stringAt(action, "command") ?? stringAt(payload, "rationale") ?? "";
  sayDenial(reading, callOf(reading, stringAt(payload, "target_item_id") ?? stringAt(payload, "id")), boundedText(asked, 200));
}

/** What the image call says itself. */
function readImageEnd(reading: RecordReading): void {
  if (!callOf(reading, callId(reading))) reading.status("image_generation_end");
}

const readers: ReadonlyMap<string, (reading: RecordReading) => void> = new Map([
  ["user_message", readUserEvent],
  ["agent_message", () => undefined],
  ["agent_reasoning", readReasoningEvent],
  ["agent_reasoning_raw_content", readReasoningEvent],
  ["agent_reasoning_section_break", () => undefined],
  ["token_count", readUsage],
  ["task_started", readTaskStarted],
  ["turn_started", readTaskStarted],
  ["task_complete", readTaskComplete],
  ["turn_complete", readTaskComplete],
  ["turn_aborted", readTurnAborted],
  ["error", readError],
  ["thread_name_updated", readThreadName],
  ["thread_settings_applied", readThreadSettings],
  ["item_completed", readItem],
  ["exec_command_end", noteEndedCommand],
  ["patch_apply_end", (reading) => sayEnded(reading, endedChange(reading.payload, callId(reading)))],
  ["mcp_tool_call_end", (reading) => sayEnded(reading, endedMcpCall(reading.payload, callId(reading)))],
  ["web_search_end", readSearchEnd],
  ["image_generation_end", readImageEnd],
  ["guardian_assessment", readGuardian],
]);

/** Whether an event of no known type is one of a prompt that was damaged, and not one of a later version. */
function mayBePrompt({ payload, record }: RecordReading): boolean {
  const type = stringAt(payload, "type");
  return type === undefined || type === record.type || stringAt(payload, "message") !== undefined;
}

/** Reads an `event_msg`: what the user interface saw. Most of it repeats response items. */
export function readEvent(reading: RecordReading): void {
  const read = readers.get(reading.type);
  if (read) return read(reading);
  if (mayBePrompt(reading)) noteDamage(reading.out);
  sayOther(reading);
}
