import { arrayAt, isObject, stringAt } from "../json.js";
import { isChunk, noteResult, takeChunk } from "./chunks.js";
import type { RecordReading } from "./output.js";
import { sayMessageThought } from "./thought.js";
import { sayToolCall } from "./tool-call.js";
import { noteOutputTokens } from "./usage.js";

/** Reads an `assistant.message`: thought, text and calls of one API reply, or of one part of it. `content` is empty more often than not. */
export function readAssistant(reading: RecordReading): void {
  const { data, state } = reading;
  state.plain.conversed = true;
  const isFirst = isChunk(reading) ? readChunk(reading) : readWhole(reading);
  for (const request of arrayAt(data, "toolRequests").filter(isObject)) {
    sayToolCall(reading, { id: stringAt(request, "toolCallId"), name: stringAt(request, "name"), call: request, again: true });
  }
  if (isFirst) noteOutputTokens(reading);
}

function readWhole(reading: RecordReading): true {
  const { data } = reading;
  sayMessageThought(reading);
  const content = stringAt(data, "content") ?? "";
  const model = stringAt(data, "model");
  noteResult(reading, reading.agentId, content);
  if (content.trim() !== "") {
    reading.say({ type: "assistant_message", content, message_id: stringAt(data, "messageId") ?? null, ...(model ? { model } : {}) });
  }
  return true;
}

/** Every part repeats the thought and the tokens of the reply: those of the first count. */
function readChunk(reading: RecordReading): boolean {
  const { counted } = reading.state;
  const key = `${reading.agentId}|${(stringAt(reading.data, "apiCallId") ?? "").slice(0, 200)}`;
  const isFirst = !counted.has(key);
  counted.set(key, true);
  if (isFirst) sayMessageThought(reading);
  takeChunk(reading);
  return isFirst;
}
