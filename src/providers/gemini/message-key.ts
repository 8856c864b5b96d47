import { type JsonObject, stringAt } from "../json.js";
import { isRecordId, lineKey, shortHash } from "../record-key.js";
import { partsOf, textOf } from "./parts.js";
import type { Working } from "./state.js";

/** An id as a part of an `origin`: itself where it can stand there, else its hash. */
export function originKey(id: string): string {
  return isRecordId(id) ? id : shortHash(id);
}

/**
 * Key of a message. One without an id (none was seen, but nothing in the format forbids it) is known by its type, time and first words,
 * which do not change when the file is rewritten.
 */
export function messageKey(message: JsonObject, state: Working): string {
  const id = stringAt(message, "id");
  if (id) return originKey(id);
  const print = [stringAt(message, "type"), stringAt(message, "timestamp"), textOf(partsOf(message["content"])).slice(0, 200)];
  return lineKey(print.join("|"), state.lines);
}
