import { boundedRaw, boundedText } from "../bounded-text.js";
import { arrayAt, isObject, type JsonObject, jsonValue, objectAt, stringAt } from "../json.js";
import { isRecordId, lineKey } from "../record-key.js";
import { mergeChat } from "./history-chat.js";
import { type Output, RecordReading } from "./output.js";
import { releaseStart } from "./start.js";
import { statusData } from "./status.js";
import { sayToolCall, toolIdOf } from "./tool-call.js";
import { sayToolResult } from "./tool-result.js";
import { typedText } from "./user.js";

/**
 * Reads the object of `history-session-state` (before 0.0.342): `{sessionId, startTime, timeline[], chatMessages[]}`. The timeline has prompts,
 * answers and finished calls with their times; the chat is what went to the model, may be empty, and fills what the timeline lacks.
 * @returns How many bytes are dealt with: none where the text is not whole yet, all of them with `final`.
 */
export function parseHistory(out: Output, bytes: Buffer, { final }: { final: boolean }): number {
  const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
  if (text.trim() === "") return out.state.plain.start.said ? bytes.length : 0;
  const source = jsonValue(text);
  if (isObject(source)) readHistory(out, source);
  else if (!final && source === undefined) return 0;
  else sayBroken(out, text, source === undefined ? "the document is not whole JSON" : "the document is JSON, but no object");
  return bytes.length;
}

/** What could not be read makes no session. */
function sayBroken(out: Output, text: string, message: string): void {
  out.state.plain.start.said = true;
  const reading = new RecordReading(out, {}, { key: lineKey(text, out.state.lines), offsetBytes: 0 });
  reading.say({ type: "parse_warning", message, raw: boundedRaw(text) });
}

function readHistory(out: Output, source: JsonObject): void {
  const start = new RecordReading(out, { timestamp: source["startTime"] }, { key: "session", offsetBytes: 0 });
  const { plain } = out.state;
  plain.start.firstKey = start.key;
  plain.start.firstTs = start.ts || firstTime(source);
  releaseStart(out);
  for (const item of mergeChat(arrayAt(source, "timeline"), arrayAt(source, "chatMessages"))) readItem(out, item);
}

function firstTime(source: JsonObject): string {
  const times = arrayAt(source, "timeline").map((item) => (isObject(item) ? stringAt(item, "timestamp") : undefined));
  return times.find((time) => time !== undefined && !Number.isNaN(Date.parse(time))) ?? "";
}

function readItem(out: Output, item: unknown): void {
  const text = JSON.stringify(item);
  const record = isObject(item) ? item : {};
  const id = record["id"];
  const key = isRecordId(id) ? id : lineKey(text, out.state.lines);
  const reading = new RecordReading(out, record, { key, offsetBytes: 0 });
  if (!isObject(item)) return reading.say({ type: "parse_warning", message: "the entry is no object", raw: boundedRaw(text) });
  (readers.get(reading.type) ?? readOtherItem)(reading);
}

const readers: ReadonlyMap<string, (reading: RecordReading) => void> = new Map([
  ["user", readPrompt],
  ["copilot", readAnswer],
  ["tool_call_completed", readCompleted],
  ["tool_call", readRequest],
  ["tool_result", readResult],
  ["error", (reading: RecordReading) => sayEvent(reading, "error")],
  ["warning", (reading: RecordReading) => sayEvent(reading, "warning")],
]);

function readPrompt(reading: RecordReading): void {
  const content = typedText(stringAt(reading.data, "text") ?? "");
  if (content === "") return;
  reading.state.plain.conversed = true;
  reading.say({ type: "user_message", role: "user", content, message_id: stringAt(reading.data, "id") ?? null });
}

function readAnswer(reading: RecordReading): void {
  const content = stringAt(reading.data, "text") ?? "";
  if (content.trim() === "") return;
  reading.state.plain.conversed = true;
  reading.say({ type: "assistant_message", content, message_id: stringAt(reading.data, "id") ?? null });
}

function readRequest(reading: RecordReading): void {
  const { data } = reading;
  reading.state.plain.conversed = true;
  sayToolCall(reading, { id: stringAt(data, "callId"), name: stringAt(data, "name"), call: data, again: false });
}

/** One entry has the call and its result, in the timeline's words: `result.type` is `success`, `failure`, `rejected` or `denied`. */
function readCompleted(reading: RecordReading): void {
  const { data } = reading;
  readRequest(reading);
  const result = objectAt(data, "result");
  const type = stringAt(result, "type") ?? "";
  const isRejected = /^(?:rejected|denied)$/.test(type);
  const name = stringAt(data, "name") ?? "unknown";
  const asked = stringAt(data, "intentionSummary") || name;
  if (isRejected) reading.say({ type: "permission", tool_name: name, description: boundedText(asked, 1000), granted: false });
  sayResult(reading, { success: type === "success", text: stringAt(result, "log"), isRejected });
}

function readResult(reading: RecordReading): void {
  reading.state.plain.conversed = true;
  sayResult(reading, { success: true, text: stringAt(reading.data, "text"), isRejected: false });
}

function sayResult(reading: RecordReading, { success, text, isRejected }: { success: boolean; text: string | undefined; isRejected: boolean }): void {
  const id = toolIdOf(stringAt(reading.data, "callId"));
  const call = id === undefined ? undefined : reading.state.calls.get(id);
  if (id !== undefined && call && isRejected) reading.state.calls.set(id, { ...call, permitted: true });
  sayToolResult(reading, { toolCallId: id ?? null, success, result: text === undefined ? null : { content: text } });
}

function sayEvent(reading: RecordReading, level: "error" | "warning"): void {
  reading.say({ type: "user_event", level, message: stringAt(reading.data, "text") ?? level });
}

function readOtherItem(reading: RecordReading): void {
  const { id: _, timestamp: __, type: ___, ...rest } = reading.data;
  reading.status(reading.type, statusData(reading.type, rest));
}
