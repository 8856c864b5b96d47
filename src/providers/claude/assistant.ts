import { boundedText } from "../bounded-text.js";
import { boundedData } from "../bounded-data.js";
import { arrayAt, isObject, type JsonObject, numberAt, objectAt, stringAt } from "../json.js";
import { derivedUuid } from "../record-key.js";
import { readUsageLimit } from "./limit.js";
import type { RecordReading } from "./output.js";
import { replyBegan } from "./queue.js";
import { sayToolCall, sayToolResult } from "./tool-result.js";
import { beginsReply, flushUsage, noteUsage } from "./usage.js";
import { contentBlocks } from "./user.js";

/** Reads an `assistant` record: one block, or several, of an API reply; or a message that the tool made itself. */
export function readAssistant(reading: RecordReading): void {
  const { record, state } = reading;
  const message = objectAt(record, "message");
  if (!message) return reading.status("assistant", boundedData(record));
  const blocks = contentBlocks(message["content"]);
  if (stringAt(message, "model") === "<synthetic>" || record["isApiErrorMessage"] === true) return readSynthetic(reading, blocks);
  state.plain.conversed = true;
  if (beginsReply(reading, message)) {
    flushUsage(reading.out, reading.agentId);
    if (!reading.agentId) replyBegan(reading.out);
  }
  for (const block of blocks) sayBlock(reading, message, block);
  noteUsage(reading, message);
  const superseded = arrayAt(record, "supersedesUuids");
  if (superseded.length > 0) reading.status("supersedes", { uuids: boundedData(superseded) });
}

function sayBlock(reading: RecordReading, message: JsonObject, block: JsonObject): void {
  const messageId = stringAt(message, "id") ?? null;
  const type = stringAt(block, "type") ?? "unknown";
  if (type === "text") {
    const content = stringAt(block, "text") ?? "";
    const model = stringAt(message, "model");
    if (content.trim() === "") return;
    reading.say({ type: "assistant_message", content, message_id: messageId, ...(model === undefined ? {} : { model }) });
  } else if (type === "thinking") {
    const content = stringAt(block, "thinking") ?? "";
    if (content.trim() !== "") reading.say({ type: "reasoning", content, message_id: messageId });
  } else if (type === "tool_use" || type === "server_tool_use" || type === "mcp_tool_use") {
    sayToolCall(reading, block);
  } else if (type.endsWith("_tool_result")) {
    sayToolResult(reading, block, undefined);
  } else if (type !== "redacted_thinking") {
    reading.status(`block/${type}`, boundedData(block));
  }
}

/**
 * Messages that no model wrote (`<synthetic>`, no usage): a usage limit, another failure of the API or the login
 * (status `api_error`), or filler such as "No response requested." (status `synthetic`).
 */
function readSynthetic(reading: RecordReading, blocks: readonly JsonObject[]): void {
  const { record } = reading;
  const text = blocks.map((block) => stringAt(block, "text") ?? "").join("\n");
  const status = numberAt(record, "apiErrorStatus");
  const limit = readUsageLimit(text, { at: reading.ts, status, error: stringAt(record, "error") });
  if (limit) {
    const incident = derivedUuid(`claude:${reading.key}`);
    reading.say({ type: "usage_limit_hit", ...limit, fallback_used: false, incident_id: incident, raw: text });
    return;
  }
  const isError = record["isApiErrorMessage"] === true;
  const data: Record<string, unknown> = { text: boundedText(text, 4000) };
  if (isError) data["level"] = "error";
  for (const field of ["error", "apiErrorStatus", "apiErrorType", "errorDetails"]) {
    const value = record[field];
    if (value !== undefined && value !== null) data[field] = isObject(value) ? boundedData(value) : value;
  }
  reading.status(isError ? "api_error" : "synthetic", data);
}
