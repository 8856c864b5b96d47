import { isObject, type JsonObject, objectAt, stringAt } from "../json.js";
import { mediaBlockText } from "../media-text.js";
import { boundedText } from "../bounded-text.js";
import { isRecordId } from "../record-key.js";
import type { RecordReading } from "./output.js";
import { claimPrompt, sayRemoved } from "./queue.js";
import { sayToolResult } from "./tool-result.js";
import { flushUsage } from "./usage.js";
import { classifyText, type UserText } from "./user-text.js";

/** How much of an injected text a status keeps, in UTF-16 units; a compaction's summary is kept longer. */
const maxInjectedChars = 4000;
const maxSummaryChars = 64_000;

/** Blocks of a message content; a string is one text block. */
export function contentBlocks(content: unknown): JsonObject[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return Array.isArray(content) ? content.filter(isObject) : [];
}

/** Reads a `user` record: tool results, and what a person typed or the tool injected. */
export function readUser(reading: RecordReading): void {
  const { record } = reading;
  const content = contentBlocks(objectAt(record, "message")?.["content"]);
  const results = content.filter((block) => stringAt(block, "type") === "tool_result");
  for (const block of results) {
    // `toolUseResult` is one for the record; with several results it cannot be told whose it is.
    sayToolResult(reading, block, results.length === 1 ? record["toolUseResult"] : undefined);
  }
  if (results.length > 0) reading.state.plain.conversed = true;
  const said = content.filter((block) => stringAt(block, "type") !== "tool_result");
  if (said.length > 0) readUserBlocks(reading, said, { via: "record" });
}

/** Reads a `queued_command` attachment: a prompt that went into a running turn. Its `prompt` is a text or a list of blocks. */
export function readQueuedCommand(reading: RecordReading, attachment: JsonObject): void {
  const blocks = contentBlocks(attachment["prompt"]);
  readUserBlocks(reading, blocks, { via: "attachment", isMeta: attachment["isMeta"] === true });
}

interface BlockSource {
  via: "record" | "attachment";
  isMeta?: boolean;
}

function readUserBlocks(reading: RecordReading, blocks: readonly JsonObject[], { via, isMeta = false }: BlockSource): void {
  const { record } = reading;
  const texts = blocks.map(userText);
  if (record["isCompactSummary"] === true) {
    const text = texts.map((read) => textOf(read)).join("\n");
    reading.status("compact_summary", { text: boundedText(text, maxSummaryChars) });
    return;
  }
  if (isMeta || record["isMeta"] === true) {
    for (const read of texts) sayMeta(reading, read);
    return;
  }
  const prompt: string[] = [];
  for (const read of texts) {
    if (read.as === "prompt") prompt.push(read.text);
    else sayWrapper(reading, read, via);
  }
  if (prompt.length > 0) sayPrompt(reading, prompt.join("\n"), via);
}

function userText(block: JsonObject): UserText {
  const type = stringAt(block, "type");
  if (type === "image" || type === "document") return { as: "prompt", text: mediaBlockText(block) };
  return classifyText(stringAt(block, "text") ?? "");
}

function textOf(read: UserText): string {
  if (read.as !== "status") return read.text;
  return isObject(read.data) ? (stringAt(read.data, "text") ?? "") : "";
}

function sayMeta(reading: RecordReading, read: UserText): void {
  if (read.as === "status") sayStatus(reading, read);
  else reading.status("meta", { text: boundedText(read.text, maxInjectedChars) });
}

function sayStatus(reading: RecordReading, read: UserText & { as: "status" }): void {
  const text = isObject(read.data) ? stringAt(read.data, "text") : undefined;
  const maxChars = read.message === "compact_summary" ? maxSummaryChars : maxInjectedChars;
  reading.status(read.message, text === undefined ? read.data : { text: boundedText(text, maxChars) });
}

/** Says a text that stands in one of the wrappers of `user-text.ts`; also used for `system/local_command` records. */
export function sayWrapper(reading: RecordReading, read: UserText, via: "record" | "attachment"): void {
  switch (read.as) {
    case "prompt":
      sayPrompt(reading, read.text, via);
      return;
    case "command":
      return sayCommand(reading, read, via);
    case "interrupt":
      flushUsage(reading.out, reading.agentId || undefined);
      return reading.say({ type: "user_event", level: "warning", message: read.text });
    case "status":
      if (read.message === "task_notification") sayNotification(reading, read, via);
      else sayStatus(reading, read);
  }
}

/** Says a notification about a background task, which goes through the queue as a prompt does. */
function sayNotification(reading: RecordReading, read: UserText & { as: "status" }, via: "record" | "attachment"): void {
  noteTask(reading, read.data);
  const carrier = via === "record" ? objectAt(reading.record, "message")?.["content"] : objectAt(reading.record, "attachment")?.["prompt"];
  const text = contentBlocks(carrier).map((block) => stringAt(block, "text") ?? "").join("\n");
  const claim = reading.agentId ? {} : claimPrompt(reading, text, via);
  if (claim) reading.status(read.message, read.data, claim);
}

/** A notification about a background sub-agent names the call that spawned it (2.0.x and later). */
function noteTask(reading: RecordReading, data: unknown): void {
  const fields = isObject(data) ? data : undefined;
  const callId = stringAt(fields, "tool_use_id");
  const taskId = stringAt(fields, "agent_id") ?? stringAt(fields, "task_id");
  const kind = callId === undefined ? undefined : reading.state.calls.get(callId)?.kind;
  // Background shell commands share the envelope; their ids begin with "b", those of agents with "a".
  if (kind === "sub_agent" || taskId?.startsWith("a")) reading.out.link(taskId, callId);
}

/** @returns Whether it was said: what came from the queue before is not. */
function sayPrompt(reading: RecordReading, text: string, via: "record" | "attachment"): boolean {
  if (text === "") return false;
  reading.state.plain.conversed = true;
  const claim = reading.agentId ? {} : claimPrompt(reading, text, via);
  if (!claim) return false;
  if (via === "record") {
    if (!reading.agentId) sayRemoved(reading.out);
    flushUsage(reading.out, reading.agentId || undefined);
  }
  const id = reading.record["uuid"];
  reading.say({ type: "user_message", role: "user", content: text, message_id: isRecordId(id) ? id : null }, claim);
  return true;
}

/**
 * Says a slash command as the user typed it. `/clear` at the head of a file is how 2.1.330 tells that another session went
 * before; `/exit` and `/quit` (up to 2.1.x) end the session, which may go on later in the same file.
 */
function sayCommand(reading: RecordReading, { name, text }: UserText & { as: "command" }, via: "record" | "attachment"): void {
  const { plain } = reading.state;
  if (name === "/clear" && !plain.conversed && plain.role === "main") {
    plain.cleared = { recordKey: reading.key, ts: reading.ts, offsetBytes: reading.offsetBytes, timesSaid: 0 };
    return;
  }
  const isEnd = (name === "/exit" || name === "/quit") && !reading.agentId;
  if (sayPrompt(reading, text, via) && isEnd) reading.say({ type: "session_ended", success: true, error: null });
}
