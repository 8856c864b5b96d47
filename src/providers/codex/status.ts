import { boundedData, type DataBounds, statusBounds } from "../bounded-data.js";
import { boundedText } from "../bounded-text.js";
import { isObject, type JsonObject, numberAt, objectAt, stringAt } from "../json.js";
import type { RecordReading } from "./output.js";

/** What stands on every record. */
const bookkeeping = new Set(["type", "thread_id", "root_turn_id", "turn_attribution", "timestamp", "ordinal"]);
/** What is sealed, and what holds other records, schemas, outputs or images again: left out wherever it stands. */
const repeated = new Set([
  "encrypted_content", "replacement_history", "base_instructions", "dynamic_tools", "tools", "memory_citation", "metadata",
  "internal_chat_message_metadata_passthrough", "developer_instructions", "image_url", "parsed_cmd", "stdout", "stderr",
  "formatted_output", "aggregated_output",
]);
const otherBounds: DataBounds = { ...statusBounds, omit: repeated };

/** Fields of a payload within bounds; null where none is left. */
export function ownFields(source: JsonObject): JsonObject | null {
  const data = boundedData(Object.fromEntries(Object.entries(source).filter(([name]) => !bookkeeping.has(name))), otherBounds);
  return isObject(data) && Object.keys(data).length > 0 ? data : null;
}

/** Says a record without a kind of its own: provider_status named by its type. Nothing of an unknown type is lost silently. */
export function sayOther(reading: RecordReading): void {
  reading.status(boundedText(reading.type, 200), ownFields(reading.payload));
}

/** `compacted` (0.3x and later): the summary; the messages in `replacement_history` were said before and are never read. */
export function readCompacted(reading: RecordReading): void {
  const { payload } = reading;
  const message = stringAt(payload, "message") ?? "";
  const number = numberAt(payload, "window_number");
  const told: [string, unknown][] = [];
  if (message !== "") told.push(["summary", boundedText(message, 64_000)]);
  if (number !== undefined) told.push(["window_number", number]);
  reading.status("compacted", told.length === 0 ? null : Object.fromEntries(told));
}

/** `world_state` (0.12x and later): what the tool knows around the thread (instructions, apps, skills); only which parts. */
export function readWorldState(reading: RecordReading): void {
  const state = objectAt(reading.payload, "state") ?? {};
  reading.status("world_state", { full: reading.payload["full"] === true, parts: Object.keys(state).slice(0, 50).map((name) => boundedText(name, 100)) });
}
