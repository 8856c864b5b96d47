import { stringAt } from "../json.js";
import { readEvent } from "./event.js";
import type { RecordReading } from "./output.js";
import { agePrompts, decideHeld, noteDamage } from "./held-prompts.js";
import { isReplayed } from "./replay.js";
import { readAgentMessage } from "./reply.js";
import { isFromModel, readResponseItem } from "./response-item.js";
import { readSessionMeta } from "./session-meta.js";
import { noteFirst, settleStart } from "./start.js";
import { readCompacted, readWorldState, sayOther } from "./status.js";
import { ageAborted } from "./tools.js";
import { readTurnContext } from "./turn.js";
import { readUsage } from "./usage.js";

const readers: ReadonlyMap<string, (reading: RecordReading) => void> = new Map([
  ["session_meta", readSessionMeta],
  ["response_item", readResponseItem],
  ["event_msg", readEvent],
  ["turn_context", readTurnContext],
  ["compacted", readCompacted],
  ["world_state", readWorldState],
  ["token_usage_record", readUsage],
  ["inter_agent_communication", (reading) => readAgentMessage(reading)],
]);

/** A record of a later version; or one whose type was damaged: that of a prompt has a `message`. */
function readUnknown(reading: RecordReading): void {
  if (reading.record.type === "unknown" || stringAt(reading.payload, "message") !== undefined) noteDamage(reading.out);
  sayOther(reading);
}

/** Reads one record of any era. @param chars Length of its line, for the bounds of what waits. */
export function readRecord(reading: RecordReading, chars: number): void {
  const { out, state } = reading;
  noteFirst(reading);
  if (isReplayed(reading)) return;
  if (reading.record.type === "event_msg") state.plain.prompts.hasEvents = true;
  agePrompts(out);
  ageAborted(out);
  if (isFromModel(reading)) {
    state.plain.modelSpoke = true;
    decideHeld(out);
  }
  const read = readers.get(reading.record.type);
  if (read) read(reading);
  else readUnknown(reading);
  settleStart(out, chars);
}
