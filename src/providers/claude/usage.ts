import { boundedText } from "../bounded-text.js";
import { countAt, type JsonObject, numberAt, objectAt, stringAt } from "../json.js";
import { isRecordId, isUuid } from "../record-key.js";
import type { ParsedEvent } from "../provider.js";
import type { Output, RecordReading } from "./output.js";
import type { Reply } from "./state.js";

/** Ids of API replies that are unique in the world; gateways and tests give short ones. */
const worldId = /^msg_[A-Za-z0-9_-]{16,}$/;

/** What replies are told apart by: `message.id`, with `requestId` where present; "" without either. */
function replyKey({ record }: RecordReading, message: JsonObject): string {
  const id = stringAt(message, "id");
  const messageId = isRecordId(id) ? id : "";
  const requestId = stringAt(record, "requestId") ?? "";
  return messageId || requestId ? `${messageId}|${requestId}` : "";
}

/** Whether an assistant record begins a reply that was not met before. */
export function beginsReply(reading: RecordReading, message: JsonObject): boolean {
  return !reading.state.replies.has(replyKey(reading, message));
}

/**
 * Takes in the usage that an assistant record carries. Every record of a reply repeats it, early ones with a placeholder for
 * `output_tokens` (1.0.x, 2.0.x): the greatest counts. It is said when the next reply of the same agent begins (`flushUsage`),
 * or at once when the record says that the reply is complete; what a later record of the same reply adds follows as a second
 * event. Without any key, each record stands for itself.
 */
export function noteUsage(reading: RecordReading, message: JsonObject): void {
  const usage = objectAt(message, "usage");
  if (!usage) return;
  const { replies } = reading.state;
  const key = replyKey(reading, message) || reading.key;
  const reply = replies.get(key) ?? newReply(reading, message);
  takeIn(reply, usage, numberAt(reading.record, "costUSD"));
  const forgotten = replies.set(key, reply);
  if (forgotten) sayReply(reading.out, forgotten);
  if (stringAt(message, "stop_reason") !== undefined) sayReply(reading.out, reply);
}

function newReply(reading: RecordReading, message: JsonObject): Reply {
  const id = stringAt(message, "id");
  return {
    thread: reading.agentId,
    parentToolId: reading.parentToolId,
    recordKey: reading.key,
    messageId: isRecordId(id) ? id : "",
    model: boundedText(stringAt(message, "model") ?? "", 200),
    ts: reading.ts,
    offsetBytes: reading.offsetBytes,
    input: 0,
    output: 0,
    cacheRead: 0,
    cacheCreation: 0,
    costUsd: 0,
    saidOutput: 0,
    timesSaid: 0,
  };
}

function takeIn(reply: Reply, usage: JsonObject, costUsd: number | undefined): void {
  reply.input = Math.max(reply.input, countAt(usage, "input_tokens"));
  reply.output = Math.max(reply.output, countAt(usage, "output_tokens"));
  reply.cacheRead = Math.max(reply.cacheRead, countAt(usage, "cache_read_input_tokens"));
  reply.cacheCreation = Math.max(reply.cacheCreation, countAt(usage, "cache_creation_input_tokens"));
  reply.costUsd = Math.max(reply.costUsd, costUsd ?? 0);
}

/** Says what is pending. @param thread Of this agent only ("" = main); of all where absent. */
export function flushUsage(out: Output, thread?: string): void {
  for (const reply of out.state.replies.values()) {
    if (thread === undefined || reply.thread === thread) sayReply(out, reply);
  }
}

/** Says what of a reply was not said yet; nothing where that is nothing. */
function sayReply(out: Output, reply: Reply): void {
  const isFirst = reply.timesSaid === 0;
  const output = reply.output - reply.saidOutput;
  const isEmpty = isFirst && reply.input + reply.output + reply.cacheRead + reply.cacheCreation + reply.costUsd === 0;
  if (isEmpty || (!isFirst && output <= 0)) return;
  reply.timesSaid += 1;
  reply.saidOutput = reply.output;
  const again = isFirst ? "" : `~${reply.timesSaid}`;
  const event: ParsedEvent = {
    origin: `${reply.recordKey}/tokens${again}`,
    kind: {
      type: "usage",
      input_tokens: isFirst ? reply.input : 0,
      output_tokens: output,
      ...(isFirst ? { cache_read_tokens: reply.cacheRead, cache_creation_tokens: reply.cacheCreation } : {}),
      ...(isFirst && reply.costUsd > 0 ? { total_cost_usd: reply.costUsd } : {}),
      ...(reply.model ? { model: reply.model } : {}),
    },
    offsetBytes: reply.offsetBytes,
  };
  if (reply.ts) event.ts = reply.ts;
  if (reply.thread) event.agentId = reply.thread;
  if (reply.thread && reply.parentToolId) event.parentToolId = reply.parentToolId;
  if (isUuid(reply.recordKey)) event.sharedKey = reply.recordKey;
  if (worldId.test(reply.messageId)) event.onceKey = `usage:${reply.messageId}${again}`;
  out.push(event);
}

/**
 * Says what a `cost-state` line (2.1.330) adds. It holds the running total of the session, sub-agents included; a resume in
 * the same file goes on with it and keeps its `startTime`, so that another `startTime` means a count that began again.
 */
export function sayCost(reading: RecordReading): void {
  const { cost } = reading.state.plain;
  const total = numberAt(reading.record, "totalCostUSD") ?? 0;
  const startTime = numberAt(reading.record, "startTime") ?? cost.startTime;
  const before = startTime === cost.startTime ? cost.totalUsd : 0;
  const added = Math.round((total - before) * 1e12) / 1e12;
  if (added <= 0) return;
  reading.state.plain.cost = { startTime, totalUsd: total };
  reading.say({ type: "usage", input_tokens: 0, output_tokens: 0, total_cost_usd: added }, { part: "cost" });
}

