import { boundedData } from "../bounded-data.js";
import { boundedText } from "../bounded-text.js";
import { arrayAt, isObject, type JsonObject, objectAt, stringAt } from "../json.js";
import { isMadeUp } from "./injected.js";
import type { Reading } from "./output.js";
import { isMedia, isThought, partsOf, textOf } from "./parts.js";
import { conversationBegins } from "./start.js";
import { sayToolCalls } from "./tool-call.js";
import { sayTokens } from "./tokens.js";

/** What a binary output of a tool is announced with, as if the model had thought it (`chatRecordingService.ts`). */
const binaryNotice = "Binary content received";

/**
 * Reads a `gemini` message. Journals write it twice (without, then with its tool calls), and again in the form of the API after a
 * resume: content as parts, with thoughts and calls among them.
 */
export function readAssistant(reading: Reading, message: JsonObject): void {
  const { plain } = reading.state;
  conversationBegins(reading);
  // The tool's own answer to what it made up ("Got it. Thanks for the additional context!").
  if (isMadeUp(message) && !message["tokens"] && !message["toolCalls"]) {
    reading.status("made_up_message", { text: boundedText(textOf(partsOf(message["content"])), 4000) }, "context");
    return;
  }
  plain.conversed = true;
  const model = stringAt(message, "model");
  if (model) plain.model = boundedText(model, 200);
  const parts = partsOf(message["content"]);
  sayThoughts(reading, message, parts);
  const content = textOf(parts);
  if (content.trim() !== "") {
    reading.say({ type: "assistant_message", content, message_id: stringAt(message, "id") || null, ...(model ? { model } : {}) }, "text");
  }
  sayTokens(reading, message);
  sayToolCalls(reading, message, parts);
  // A reply that follows a reply answered the results of tools.
  if (plain.replied) plain.repliesInRow += 1;
  plain.replied = true;
  for (const [index, part] of parts.entries()) sayOther(reading, part, index);
}

function sayThoughts(reading: Reading, message: JsonObject, parts: readonly JsonObject[]): void {
  const messageId = stringAt(message, "id") || null;
  const listed = arrayAt(message, "thoughts").filter(isObject);
  const thoughts = listed.length > 0 ? listed.map((thought) => ({ ...fromFields(thought), ts: stringAt(thought, "timestamp") })) : parts.filter(isThought).map(fromPart);
  for (const [index, { subject, description, ts }] of thoughts.entries()) {
    if (description.startsWith(binaryNotice)) reading.status("binary_content", { text: boundedText(description, 1000) }, `thought:${index}`, { ts });
    else sayThought(reading, { content: thoughtText(subject, description), messageId, index, ts });
  }
}

function sayThought(reading: Reading, { content, messageId, index, ts }: { content: string; messageId: string | null; index: number; ts: string | undefined }): void {
  if (content.trim() !== "") reading.say({ type: "reasoning", content, message_id: messageId }, `thought:${index}`, { ts });
}

function fromFields(thought: JsonObject): { subject: string; description: string } {
  return { subject: stringAt(thought, "subject") ?? "", description: stringAt(thought, "description") ?? "" };
}

/** `**Subject** description`, as the API has it. */
function fromPart(part: JsonObject): { subject: string; description: string; ts: undefined } {
  const text = stringAt(part, "text") ?? "";
  const named = /^\s*\*\*([^*\n]+)\*\*\s*/.exec(text);
  return { subject: named?.[1]?.trim() ?? "", description: named ? text.slice(named[0].length) : text, ts: undefined };
}

/** Subject and description as one text; the subject is left out where the description begins with it. */
function thoughtText(subject: string, description: string): string {
  if (subject === "" || description.trimStart().startsWith(subject)) return description;
  return description.trim() === "" ? subject : `**${subject}** ${description}`;
}

const known = ["text", "functionCall", "functionResponse", "executableCode", "codeExecutionResult"];

/** A part of a kind that nobody has seen yet. */
function sayOther(reading: Reading, part: JsonObject, index: number): void {
  if (isMedia(part) || known.some((name) => part[name] !== undefined) || objectAt(part, "thoughtSignature")) return;
  const [name = "empty"] = Object.keys(part).filter((field) => field !== "thought" && field !== "thoughtSignature");
  reading.status(`part/${boundedText(name, 80)}`, boundedData(part), `part:${index}`);
}
