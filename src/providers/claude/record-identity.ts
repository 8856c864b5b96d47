import { arrayAt, isObject, type JsonObject, objectAt, stringAt } from "../json.js";
import { isRecordId, lineKey } from "../record-key.js";
import type { Working } from "./state.js";

function blockPrint(block: unknown): string {
  if (!isObject(block)) return "";
  const id = stringAt(block, "id") ?? stringAt(block, "tool_use_id") ?? "";
  const text = stringAt(block, "text") ?? stringAt(block, "thinking") ?? stringAt(block, "content") ?? "";
  return `${stringAt(block, "type") ?? ""}${id}${text.length}`;
}

/** A short print of what a record says of the conversation: equal for a record that was written twice with other bookkeeping. */
function contentPrint(record: JsonObject): string {
  const message = objectAt(record, "message");
  const text = stringAt(message, "content") ?? stringAt(record, "content") ?? "";
  const blocks = arrayAt(message, "content").map(blockPrint).join();
  const inner = stringAt(objectAt(record, "attachment"), "type") ?? stringAt(record, "subtype") ?? "";
  const head = [stringAt(record, "type"), inner, stringAt(record, "timestamp"), stringAt(message, "id"), text.length, blocks];
  return digest(head.join("|").slice(0, 300));
}

/** FNV-1a of its UTF-16 units, 32 bits: 128 whole prints would be most of what a checkpoint takes. */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(36);
}

/**
 * Key of a record, for `origin`: its uuid, else the hash of its text (see `lineKey`). A uuid that comes again for the same
 * content (2.0.76 wrote records twice) gives the same key, so that the log takes it once; for other content the hash is taken.
 */
export function recordKey(record: JsonObject, text: string, state: Working): string {
  const uuid = record["uuid"];
  if (!isRecordId(uuid)) return lineKey(text, state.lines);
  const known = state.records.get(uuid);
  if (known !== undefined && known !== contentPrint(record)) return lineKey(text, state.lines);
  return uuid;
}

/** Remembers the record for what hangs on it: to be called when it has been read. */
export function rememberRecord(record: JsonObject, state: Working): void {
  const uuid = record["uuid"];
  if (isRecordId(uuid)) state.records.set(uuid, contentPrint(record));
}
