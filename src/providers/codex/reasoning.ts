import { arrayAt, isObject, type JsonObject, stringAt } from "../json.js";
import { shortHash } from "../record-key.js";
import type { Output, RecordReading } from "./output.js";

/** Bounds of the texts that wait for their response item, and of the prints of those that were said. */
const maxPending = 16;
const maxPendingChars = 64 * 1024;
const maxSaid = 32;

const printOf = (text: string) => shortHash(text.trim());

function textsAt(source: JsonObject, field: string): string[] {
  const texts = arrayAt(source, field).map((part) => (typeof part === "string" ? part : isObject(part) ? stringAt(part, "text") : undefined));
  return texts.filter((text) => text !== undefined && text.trim() !== "") as string[];
}

/**
 * Reads a `reasoning` item: its summary, else its raw content (models that give theirs). What only events told is said where the
 * item has neither; encrypted content alone says nothing.
 */
export function readReasoning(reading: RecordReading): void {
  const { thoughts } = reading.state.plain;
  const { payload } = reading;
  const summary = textsAt(payload, "summary");
  const texts = summary.length > 0 ? summary : textsAt(payload, "content");
  if (texts.length === 0) return sayPendingThoughts(reading.out);
  const waiting = new Set(thoughts.pending.map(({ text }) => printOf(text)));
  thoughts.pending = [];
  thoughts.said.push(...texts.map(printOf).filter((print) => !waiting.has(print)));
  thoughts.said = thoughts.said.slice(-maxSaid);
  sayThought(reading.out, () => reading.say({ type: "reasoning", content: texts.join("\n\n"), message_id: stringAt(payload, "id") ?? null }));
}

/** Reads an event that tells a thought (`agent_reasoning`, `agent_reasoning_raw_content`): nearly always the item says it too. */
export function readReasoningEvent(reading: RecordReading): void {
  notePending(reading, stringAt(reading.payload, "text") ?? "");
}

/** Reads `item_completed/Reasoning`, which stands beside the response item of the same id. */
export function readReasoningItem(reading: RecordReading, item: JsonObject): void {
  const summary = textsAt(item, "summary_text");
  for (const text of summary.length > 0 ? summary : textsAt(item, "raw_content")) notePending(reading, text);
}

function notePending(reading: RecordReading, text: string): void {
  const { thoughts } = reading.state.plain;
  if (text.trim() === "") return;
  const said = thoughts.said.indexOf(printOf(text));
  if (said !== -1) {
    thoughts.said.splice(said, 1);
    return;
  }
  thoughts.pending.push({ ...reading.place, text });
  const chars = () => thoughts.pending.reduce((sum, entry) => sum + entry.text.length, 0);
  while (thoughts.pending.length > maxPending || chars() > maxPendingChars) sayOldest(reading.out);
}

/** Says what only events told: the model went on, and no item came. */
export function sayPendingThoughts(out: Output): void {
  while (out.state.plain.thoughts.pending.length > 0) sayOldest(out);
}

function sayOldest(out: Output): void {
  const entry = out.state.plain.thoughts.pending.shift();
  if (!entry) return;
  // Two parts of one record (a paginated item) are told apart by their text.
  const part = `thought-${printOf(entry.text)}`;
  sayThought(out, () => out.sayAt(entry, part, { type: "reasoning", content: entry.text, message_id: null }));
}

function sayThought(out: Output, say: () => void): void {
  out.state.plain.conversed = true;
  out.state.plain.began = true;
  say();
}
