import { stringAt, type JsonObject, objectAt, arrayAt, isObject } from "../json.js";
import { isRecordId, shortHash } from "../record-key.js";
import type { RecordReading } from "./output.js";
import type { Working } from "./state.js";

/** Text of a sub-agent's first record, as its parent gave it. */
function promptText(record: JsonObject): string {
  const message = objectAt(record, "message");
  const text = stringAt(message, "content");
  if (text !== undefined) return text;
  return arrayAt(message, "content").map((block) => (isObject(block) ? (stringAt(block, "text") ?? "") : "")).join("\n");
}

/** tool_id of the open call that spawned the sub-agent with this prompt; a call spawns one. */
function spawningCall(prompt: string, state: Working): string {
  const hash = shortHash(prompt);
  const taken = new Set(state.sideParents.values());
  for (const [id, call] of state.calls.entries()) {
    if (call.promptHash === hash && !taken.has(id)) return id;
  }
  return "";
}

/** Sub-agents of 1.0.x lie in the main file: their records are `isSidechain` and hang on a root, whose uuid is the agent's id. */
function inlineThread(reading: RecordReading): void {
  const { record, state } = reading;
  const uuid = record["uuid"];
  if (record["isSidechain"] !== true || !isRecordId(uuid)) return;
  const parent = stringAt(record, "parentUuid");
  const root = (parent === undefined ? undefined : state.sides.get(parent)) ?? state.sides.get(uuid) ?? uuid;
  state.sides.set(uuid, root);
  if (root === uuid && !state.sideParents.has(root)) state.sideParents.set(root, spawningCall(promptText(record), state));
  reading.agentId = root;
  reading.parentToolId = state.sideParents.get(root) ?? "";
}

/** Settles which agent a record belongs to. A sub-agent's own file belongs to it as a whole. */
export function settleThread(reading: RecordReading): void {
  const { plain } = reading.state;
  const named = stringAt(reading.record, "agentId");
  if (plain.role === "agent") {
    reading.agentId = plain.agentId || (named ?? "");
    reading.parentToolId = plain.parentToolId;
  } else if (named !== undefined && isRecordId(named)) {
    reading.agentId = named;
  } else if (plain.role === "main") inlineThread(reading);
}
