import { boundedData } from "../bounded-data.js";
import { BoundedMap } from "../bounded-map.js";
import { arrayAt, isObject, type JsonObject, objectAt, stringAt } from "../json.js";
import { isContext } from "./folder.js";
import { readMessage } from "./message.js";
import { originKey } from "./message-key.js";
import type { Reading } from "./output.js";
import { partsOf, textOf } from "./parts.js";
import { tableLimits, type Working } from "./state.js";
import { sayResponse } from "./tool-call.js";

/** Notes that a message stands in the conversation; one that comes again keeps its place. */
export function noteMessage(message: JsonObject, { history }: Working): void {
  const id = stringAt(message, "id");
  if (id && !history.has(originKey(id))) history.set(originKey(id), 1);
}

/** `$rewindTo`: the message and all behind it are dropped, everything where it is unknown. What was said stays said. */
export function rewind(reading: Reading, to: string): void {
  const { state } = reading;
  const ids = state.history.entries().map(([id]) => id);
  const at = ids.indexOf(originKey(to));
  const removed = ids.slice(Math.max(at, 0));
  for (const id of removed) state.history.delete(id);
  reading.status("rewind", { to: to.slice(0, 200), removed: removed.length }, "rewind");
}

/**
 * `$set.messages`: the conversation is replaced by these. Messages never seen are read; that others are gone is a status. Every start
 * of the tool writes the injected context alone, a resume too, which then gives all messages again: that replaces nothing.
 */
export function replaceHistory(reading: Reading, messages: readonly unknown[]): void {
  const { state, out } = reading;
  const given = messages.filter(isObject);
  if (given.every((message) => isContext(textOf(partsOf(message["content"]))))) {
    for (const message of given) {
      noteMessage(message, state);
      readMessage(out, message, reading.offsetBytes);
    }
    return;
  }
  const before = state.history.entries().map(([id]) => id);
  const ids = given.flatMap((message) => stringAt(message, "id") || []).map(originKey);
  for (const message of given) readMessage(out, message, reading.offsetBytes);
  state.history = new BoundedMap<number>([], tableLimits.history);
  for (const id of ids) state.history.set(id, 1);
  const kept = new Set(ids);
  const known = new Set(before);
  const removed = before.filter((id) => !kept.has(id)).length;
  if (removed === 0) return;
  reading.status("history_replaced", { removed, added: ids.filter((id) => !known.has(id)).length }, "history");
}

/**
 * `$patch` (0.6x, second hand): edits or removes stored messages, to mask old results. Nothing that was said is taken back; a result that
 * was never said is read.
 */
export function patch(reading: Reading, change: JsonObject): void {
  const { state } = reading;
  const edits = [change, ...arrayAt(change, "updates").filter(isObject)];
  for (const edit of edits) readPatchedResults(reading, edit);
  const removed = arrayAt(change, "removeIds").filter((id) => typeof id === "string").map(originKey);
  for (const id of removed) state.history.delete(id);
  const id = stringAt(change, "id");
  const data = { ...(id === undefined ? {} : { id }), ...(removed.length > 0 ? { removed: removed.length } : {}) };
  reading.status("patch", boundedData(data), "patch");
}

/** Results of calls that were said: their owner is known, and a result that was said has that origin already. */
function readPatchedResults(reading: Reading, edit: JsonObject): void {
  for (const call of arrayAt(edit, "toolCalls")) {
    const id = isObject(call) ? stringAt(call, "id") : undefined;
    if (!isObject(call) || id === undefined || !reading.state.calls.has(originKey(id))) continue;
    const parts = Array.isArray(call["result"]) ? call["result"] : [call["result"]];
    const answer: unknown = parts.find((part) => isObject(part) && objectAt(part, "functionResponse") !== undefined);
    if (isObject(answer)) sayResponse(reading, { functionResponse: { ...objectAt(answer, "functionResponse"), id } });
  }
}
