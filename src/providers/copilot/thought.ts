import { arrayAt, isObject, type JsonObject, objectAt, stringAt } from "../json.js";
import { shortHash } from "../record-key.js";
import type { RecordReading } from "./output.js";

function blockText(block: JsonObject): string {
  const own = stringAt(block, "thinking") ?? stringAt(block, "text");
  if (own !== undefined) return own;
  const parts = [...arrayAt(block, "summary"), ...arrayAt(block, "content")].filter(isObject);
  return parts.map((part) => stringAt(part, "text") ?? "").filter((text) => text !== "").join("\n");
}

/** The thought of an answer: `reasoningText`, else what `reasoningBlocks` (1.0.95 and later) hold in clear. They are the same where both are there. */
function thoughtOf(data: JsonObject): string {
  const text = stringAt(data, "reasoningText") ?? "";
  if (text.trim() !== "") return text;
  return arrayAt(objectAt(data, "reasoningBlocks"), "blocks").filter(isObject).map(blockText).filter((part) => part !== "").join("\n");
}

/**
 * Says a thought, unless the other kind of record said it: some builds write `assistant.reasoning` beside the `reasoningText` of the
 * message. The same thought of two messages is said twice.
 */
function sayOnce(reading: RecordReading, content: string, { from, messageId }: { from: "message" | "record"; messageId: string | undefined }): void {
  const { thoughts } = reading.state;
  if (content.trim() === "") return;
  const key = `${reading.agentId}|${shortHash(content)}`;
  const balance = thoughts.get(key) ?? 0;
  const step = from === "message" ? 1 : -1;
  thoughts.set(key, balance + step);
  if (balance * step < 0) return;
  reading.say({ type: "reasoning", content, message_id: messageId ?? null });
}

/** Says the thought of an `assistant.message`. */
export function sayMessageThought(reading: RecordReading): void {
  sayOnce(reading, thoughtOf(reading.data), { from: "message", messageId: stringAt(reading.data, "messageId") });
}

/** Reads an `assistant.reasoning`. */
export function readReasoning(reading: RecordReading): void {
  reading.state.plain.conversed = true;
  sayOnce(reading, stringAt(reading.data, "content") ?? "", { from: "record", messageId: stringAt(reading.data, "reasoningId") });
}
