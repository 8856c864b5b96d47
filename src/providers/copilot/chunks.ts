import { boundedText } from "../bounded-text.js";
import { numberAt, stringAt } from "../json.js";
import type { ParsedEvent } from "../provider.js";
import { isUuid } from "../record-key.js";
import type { Output, RecordReading } from "./output.js";
import { type Chunks, maxNameChars } from "./state.js";

/** How many answers may wait for their last part at once, and how much text they hold together, in UTF-16 units. */
const maxWaiting = 16;
const maxWaitingChars = 256 * 1024;
const maxResultChars = 64 * 1024;

/** Remembers what the main agent answered last, for session_result. */
export function noteResult({ state }: { state: Output["state"] }, agentId: string, text: string): void {
  if (!agentId && text.trim() !== "") state.plain.result = boundedText(text, maxResultChars);
}

/** Whether an `assistant.message` is one part of several (`chunkIndex`, `chunkCount`, 1.0.79 and later; a count of 0 or 1 is a whole one). */
export function isChunk({ data }: RecordReading): boolean {
  return (numberAt(data, "chunkCount") ?? 0) > 1 && Boolean(stringAt(data, "apiCallId"));
}

/** Takes in one part of an answer; the text is said, as one, with the last of them. */
export function takeChunk(reading: RecordReading): void {
  const { data, state, out } = reading;
  const apiCallId = boundedText(stringAt(data, "apiCallId") ?? "", maxNameChars);
  const known = state.plain.chunks.find((chunks) => chunks.thread === reading.agentId && chunks.apiCallId === apiCallId);
  const chunks = known ?? newChunks(reading, apiCallId);
  const index = numberAt(data, "chunkIndex") ?? chunks.parts.length;
  if (!chunks.parts.some(([at]) => at === index)) chunks.parts.push([index, stringAt(data, "content") ?? ""]);
  const chars = state.plain.chunks.flatMap(({ parts }) => parts).reduce((sum, [, text]) => sum + text.length, 0);
  if (chunks.parts.length >= chunks.count || chars > maxWaitingChars) sayChunks(out, chunks);
}

function newChunks(reading: RecordReading, apiCallId: string): Chunks {
  const { data, out } = reading;
  const { chunks } = reading.state.plain;
  if (chunks.length >= maxWaiting && chunks[0]) sayChunks(out, chunks[0]);
  const made: Chunks = {
    thread: reading.agentId,
    parentToolId: reading.parentToolId,
    apiCallId,
    recordKey: reading.key,
    offsetBytes: reading.offsetBytes,
    ts: reading.ts,
    messageId: boundedText(stringAt(data, "messageId") ?? "", maxNameChars),
    model: boundedText(stringAt(data, "model") ?? "", maxNameChars),
    count: numberAt(data, "chunkCount") ?? 0,
    parts: [],
  };
  chunks.push(made);
  return made;
}

function sayChunks(out: Output, chunks: Chunks): void {
  const { plain } = out.state;
  plain.chunks = plain.chunks.filter((other) => other !== chunks);
  const content = chunks.parts.toSorted(([a], [b]) => a - b).map(([, text]) => text).join("");
  if (content.trim() === "") return;
  noteResult(out, chunks.thread, content);
  const { messageId, model } = chunks;
  const kind = { type: "assistant_message", content, message_id: messageId || null, ...(model ? { model } : {}) } as const;
  const event: ParsedEvent = { origin: `${chunks.recordKey}/text`, kind, offsetBytes: chunks.offsetBytes };
  if (chunks.ts) event.ts = chunks.ts;
  if (chunks.thread) event.agentId = chunks.thread;
  if (chunks.thread && chunks.parentToolId) event.parentToolId = chunks.parentToolId;
  if (isUuid(chunks.recordKey)) event.sharedKey = chunks.recordKey;
  out.push(event);
}

/**
 * Says what waits for parts that a record shows will not come: any record of the same agent but another part of the same answer,
 * and the usage that is written beside it. The end of a file shows nothing: the rest may be written yet.
 */
export function settleChunks(reading: RecordReading): void {
  const { plain } = reading.state;
  if (plain.chunks.length === 0 || reading.type === "session.usage_record") return;
  const own = isChunk(reading) ? boundedText(stringAt(reading.data, "apiCallId") ?? "", maxNameChars) : undefined;
  const endsAll = !reading.agentId && /^session\.(?:shutdown|resume)$/.test(reading.type);
  for (const chunks of plain.chunks) {
    if (endsAll || (chunks.thread === reading.agentId && chunks.apiCallId !== own)) sayChunks(reading.out, chunks);
  }
}
