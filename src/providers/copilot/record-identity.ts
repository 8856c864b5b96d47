import { type JsonObject, stringAt } from "../json.js";
import { isRecordId, lineKey } from "../record-key.js";
import type { Working } from "./state.js";

/** A short print of a record: equal for one that was written twice. */
function print(record: JsonObject, text: string): string {
  return `${stringAt(record, "type") ?? ""}|${stringAt(record, "timestamp") ?? ""}|${text.length}`.slice(0, 120);
}

/**
 * Key of a record, for `origin`: its id, else the hash of its text (see `lineKey`).
 * @returns undefined for a record that was written twice. An id that comes again for another record gives the hash.
 */
export function recordKey(record: JsonObject, text: string, state: Working): string | undefined {
  const id = record["id"];
  if (!isRecordId(id)) return lineKey(text, state.lines);
  const mine = print(record, text);
  const known = state.records.get(id);
  if (known === mine) return undefined;
  if (known !== undefined) return lineKey(text, state.lines);
  state.records.set(id, mine);
  return id;
}
