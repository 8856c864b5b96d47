import { boundedData } from "../bounded-data.js";
import { boundedText } from "../bounded-text.js";
import { arrayAt, isObject, type JsonObject, objectAt, stringAt } from "../json.js";
import { lineKey } from "../record-key.js";
import { statedFolder } from "./folder.js";
import { noteMessage, patch, replaceHistory, rewind } from "./history.js";
import { readMessage } from "./message.js";
import { type Output, Reading } from "./output.js";
import { sayFacts } from "./session-facts.js";
import { beginSession, resumeSession, sayResumed } from "./start.js";

const messageTypes = new Set(["user", "gemini", "info", "warning", "error"]);

/** Whether an object found behind broken text is a record of a journal. */
export function isJournalRecord(value: JsonObject): boolean {
  const isMessage = typeof value["id"] === "string" && typeof value["type"] === "string" && "content" in value;
  return isMessage || isHeader(value) || "$rewindTo" in value || isObject(value["$set"]);
}

/** A header; of one record with `messages` (a whole conversation on a line) the project may be missing. */
function isHeader(record: JsonObject): boolean {
  return typeof record["sessionId"] === "string" && (typeof record["projectHash"] === "string" || Array.isArray(record["messages"]));
}

/**
 * Reads one record of a journal (0.39 and later), in the order in which the tool itself tells them apart (`loadConversationRecord`):
 * `$rewindTo`, a message, `$set`, a header. `$patch` came later.
 */
export function readRecord(out: Output, record: JsonObject, { text, offsetBytes }: { text: string; offsetBytes: number }): void {
  const { state } = out;
  sayResumed(out, record);
  const to = stringAt(record, "$rewindTo");
  const isMessage = typeof record["id"] === "string" || messageTypes.has(stringAt(record, "type") ?? "");
  if (to === undefined && isMessage) {
    noteMessage(record, state);
    return readMessage(out, record, offsetBytes);
  }
  const set = objectAt(record, "$set");
  if (to === undefined && set) return readSet(out, set, { text, offsetBytes });
  const key = () => lineKey(text, state.lines);
  if (to !== undefined) return rewind(new Reading(out, record, { key: key(), offsetBytes }), to);
  if (isHeader(record)) return readHeader(out, record, offsetBytes);
  const reading = new Reading(out, record, { key: key(), offsetBytes });
  const change = objectAt(record, "$patch");
  if (change) return patch(reading, change);
  reading.status(boundedText(stringAt(record, "type") ?? Object.keys(record)[0] ?? "empty", 200), boundedData(record), "0");
}

/** `$set`: most of them move `lastUpdated` alone, and say nothing. */
function readSet(out: Output, set: JsonObject, { text, offsetBytes }: { text: string; offsetBytes: number }): void {
  const names = Object.keys(set);
  const key = names.length === 1 && names[0] === "lastUpdated" ? "" : lineKey(text, out.state.lines);
  const reading = new Reading(out, set, { key, offsetBytes, timeField: "lastUpdated" });
  if (key === "") return;
  if (typeof set["sessionId"] === "string") resumeSession(reading);
  sayFacts(reading, set, { isNews: true });
  if (Array.isArray(set["messages"])) replaceHistory(reading, set["messages"]);
}

function readHeader(out: Output, header: JsonObject, offsetBytes: number): void {
  const messages = arrayAt(header, "messages");
  const reading = new Reading(out, header, { key: "header", offsetBytes, timeField: "startTime" });
  beginSession(reading, header, { stated: statedFolder(header, messages) });
  sayFacts(reading, header, { isNews: false });
  for (const message of messages) {
    if (!isObject(message)) continue;
    noteMessage(message, out.state);
    readMessage(out, message, offsetBytes);
  }
}
