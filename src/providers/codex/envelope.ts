import { isObject, type JsonObject, objectAt, stringAt } from "../json.js";

/** What a line of a rollout says, whatever its era. */
export interface CodexRecord {
  /** `session_meta`, `response_item`, `event_msg`, `turn_context`, …; "state" for the markers of the bare era. */
  type: string;
  payload: JsonObject;
  /** The line had no envelope: the item stands on it as it is (up to September 2025). */
  isBare: boolean;
  /** Place of the record in a paginated history (0.149 and later). */
  ordinal?: number;
}

/** Types of response items, which the bare era wrote without an envelope. */
const itemTypes = new Set([
  "message",
  "reasoning",
  "function_call",
  "function_call_output",
  "custom_tool_call",
  "custom_tool_call_output",
  "local_shell_call",
  "local_shell_call_output",
  "web_search_call",
]);

/**
 * Brings a line into one form. `{timestamp, type, payload}` is written since 0.3x (September 2025); before, the first line was
 * the header `{id, timestamp, instructions, git}` and the others response items, with `{record_type: "state"}` between them.
 */
export function readEnvelope(line: JsonObject): CodexRecord {
  const type = stringAt(line, "type");
  const payload = objectAt(line, "payload");
  const ordinal = line["ordinal"];
  const place = typeof ordinal === "number" && Number.isSafeInteger(ordinal) ? { ordinal } : {};
  if (type !== undefined && payload) return { type, payload, isBare: false, ...place };
  if (type === undefined && stringAt(line, "record_type") !== undefined) return { type: "state", payload: line, isBare: true };
  if (type === undefined && typeof line["id"] === "string") return { type: "session_meta", payload: line, isBare: true };
  if (type !== undefined && itemTypes.has(type)) return { type: "response_item", payload: line, isBare: true, ...place };
  return { type: type ?? "unknown", payload: line, isBare: false, ...place };
}

/** Whether an object found behind broken text is a record of its own. */
export function isRolloutLine(value: JsonObject): boolean {
  return stringAt(value, "type") !== undefined && (isObject(value["payload"]) || itemTypes.has(stringAt(value, "type") ?? ""));
}
