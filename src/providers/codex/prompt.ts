import { boundedText } from "../bounded-text.js";
import { arrayAt, type JsonObject, stringAt } from "../json.js";
import { imageUrlText } from "../media-text.js";
import { shortHash } from "../record-key.js";
import { decideOldest, hold, maxInjectedChars, noteDamage, sayPrompt, takeCopy } from "./held-prompts.js";
import { isInjectedWhole, taggedText } from "./injected.js";
import { contentParts, contentText, type MessagePart, messageParts, partText } from "./message-parts.js";
import type { RecordReading } from "./output.js";
import { noteCwd } from "./start.js";
import type { HeldPrompt, PromptForm } from "./state.js";

/** By how many of its parts a prompt is known. */
const maxPrints = 8;

const printOf = (text: string) => shortHash(text.trim());

function printsOf(texts: readonly string[]): string[] {
  return [...new Set([texts.join("\n"), ...texts].slice(0, maxPrints).map(printOf))];
}

/** Says an injected text as a status, and takes the folder and the time zone out of the environment text. */
function sayInjected(reading: RecordReading, { text, injected = "unknown" }: MessagePart): void {
  const { plain } = reading.state;
  if (text.includes("<environment_context>")) {
    plain.timeZone = taggedText(text, "timezone") ?? plain.timeZone;
    if (plain.cwd === "") noteCwd(reading, taggedText(text, "cwd") ?? /Current working directory: (.+)/.exec(text)?.[1]?.trim());
  }
  reading.status("injected", { kind: injected, text: boundedText(text, maxInjectedChars) });
}

/**
 * Reads a response item of the user. It is a prompt, or text that the tool put in and that no known word marks: only the
 * `user_message` event (or the `UserMessage` item) beside it tells, which comes before it or just after. So it is held for a few
 * records; in the bare era there are no events, and it is said at once.
 */
export function readUserItem(reading: RecordReading): void {
  const { plain } = reading.state;
  const parts = messageParts(reading.payload);
  for (const part of parts) if (part.injected !== undefined) sayInjected(reading, part);
  const typed = parts.filter(({ injected }) => injected === undefined);
  if (typed.length === 0) return;
  const texts = typed.map(({ text }) => text);
  const prints = printsOf(texts);
  const held = {
    ...reading.place,
    text: texts.join("\n"),
    prints,
    messageId: messageIdOf(reading.payload),
    isTyped: typed.some(({ isTyped }) => isTyped),
    age: 0,
  };
  if (takeCopy(plain.prompts.spoken, prints, "item")) return;
  if (plain.isBare || plain.isDocument || reading.record.isBare) return sayPrompt(reading.out, held, "item");
  hold(reading.out, held);
}

function messageIdOf(source: JsonObject): string {
  return boundedText(stringAt(source, "id") ?? "", 200);
}

/** Reads `event_msg/user_message`. Those of a `kind` for injected text (0.3x) repeat what the response items hold. */
export function readUserEvent(reading: RecordReading): void {
  const { payload } = reading;
  const kind = stringAt(payload, "kind");
  if (kind === "user_instructions" || kind === "environment_context") return;
  const images = arrayAt(payload, "images").map((url) => imageUrlText(typeof url === "string" ? url : undefined));
  const local = arrayAt(payload, "local_images").map((path) => partText({ type: "local_image", path }) ?? "[image]");
  readPrompt(reading, "event", { text: stringAt(payload, "message") ?? "", media: [...images, ...local], messageId: "" });
}

/** Reads `item_completed/UserMessage` (paginated history). */
export function readUserMessageItem(reading: RecordReading, item: JsonObject): void {
  const parts = contentParts(item["content"]);
  const isText = (part: JsonObject) => typeof part["text"] === "string";
  const media = parts.filter((part) => !isText(part)).map((part) => partText(part) ?? "");
  const text = contentText(parts.filter(isText));
  readPrompt(reading, "completed", { text, media: media.filter((name) => name !== ""), messageId: messageIdOf(item) });
}

/** Reads a message that this sub-agent got from the agent above it: it is its prompt. */
export function readAgentPrompt(reading: RecordReading, text: string): void {
  const entry = { ...reading.place, text, prints: printsOf([text]), messageId: messageIdOf(reading.payload) };
  if (!takeCopy(reading.state.plain.prompts.spoken, entry.prints, "message")) sayPrompt(reading.out, entry, "message");
}

interface Prompt {
  text: string;
  media: readonly string[];
  messageId: string;
}

/** Says a prompt that an event tells of, in the place of the response item before it, if there is one. */
function readPrompt(reading: RecordReading, form: PromptForm, { text, media, messageId }: Prompt): void {
  const { prompts } = reading.state.plain;
  const said = [text, ...media].filter((part) => part.trim() !== "");
  if (said.length === 0) return noteDamage(reading.out);
  if (isInjectedWhole(text)) return;
  prompts.sawEvent = true;
  const prints = printsOf(said);
  const index = prompts.held.findIndex((entry) => entry.prints.some((print) => prints.includes(print)) || holdsText(entry, text));
  const [held] = index === -1 ? [] : prompts.held.splice(index, 1);
  // Where a prompt is whole, what else waits beside it is no other one; where its copies differ, either may be the right one.
  for (const entry of prompts.held) entry.mayBeAlone = !held && (entry.mayBeAlone || resembles(entry.text.trim(), text.trim()));
  for (let before = 0; before < index; before++) decideOldest(reading.out);
  if (!held && takeCopy(prompts.spoken, prints, form)) return;
  // The response item holds the images themselves, the event only their names.
  const isShown = held !== undefined && media.length > 0 && held.prints.includes(printOf(text)) && held.text.trim() !== text.trim();
  const entry = { ...(held ?? reading.place), text: isShown ? held.text : said.join("\n"), prints: [...new Set([...prints, ...(held?.prints ?? [])])] };
  sayPrompt(reading.out, { ...entry, messageId: held?.messageId || messageId }, form, held ? ["item"] : []);
}

/** Whether two texts differ in one place only: then one of them is a damaged copy, and nobody knows which. */
function resembles(one: string, other: string): boolean {
  const length = Math.min(one.length, other.length);
  let same = 0;
  while (same < length && one[same] === other[same]) same += 1;
  let end = 0;
  while (end < length - same && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  return length > 0 && (same + end) * 2 >= Math.max(one.length, other.length);
}

/** Texts of some length may stand in the response item with more around them. */
function holdsText(entry: HeldPrompt, text: string): boolean {
  return text.trim().length >= 16 && entry.text.includes(text.trim());
}
