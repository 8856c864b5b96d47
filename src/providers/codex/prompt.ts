import { boundedText } from "../bounded-text.js";
import { arrayAt, type JsonObject, stringAt } from "../json.js";
import { imageUrlText } from "../media-text.js";
import { shortHash } from "../record-key.js";
import { injectedKind, taggedText, withoutIdeContext } from "./injected.js";
import { contentParts, contentText, type MessagePart, messageParts, partText } from "./message-parts.js";
import type { Output, RecordReading } from "./output.js";
import { noteCwd } from "./start.js";
import type { HeldPrompt, PromptForm, RecordPlace, SpokenPrompt } from "./state.js";

/** Bounds of what waits for its event, and of what is known as said. */
const maxHeld = 8;
const maxHeldChars = 256 * 1024;
const maxHeldRecords = 12;
const maxSpoken = 16;
const maxPrints = 8;
/** How much of an injected text a status keeps. */
const maxInjectedChars = 1000;

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
  const held: HeldPrompt = {
    ...reading.place,
    text: texts.join("\n"),
    prints,
    messageId: messageIdOf(reading.payload),
    isTyped: typed.some(({ isTyped }) => isTyped),
    age: 0,
  };
  if (plain.isBare || plain.isDocument || reading.record.isBare) return sayPrompt(reading.out, held, "item");
  if (takeCopy(plain.prompts.spoken, prints, "item")) return;
  hold(reading.out, held);
}

function hold(out: Output, entry: HeldPrompt): void {
  const { prompts } = out.state.plain;
  prompts.held.push(entry);
  while (prompts.held.length > maxHeld || (prompts.held.length > 1 && heldChars(prompts.held) > maxHeldChars)) decideOldest(out);
  if (heldChars(prompts.held) > maxHeldChars) decideHeld(out);
}

function heldChars(held: readonly HeldPrompt[]): number {
  return held.reduce((sum, { text }) => sum + text.length, 0);
}

function messageIdOf(source: JsonObject): string {
  return boundedText(stringAt(source, "id") ?? "", 200);
}

/** Whether the prompt was said from another carrier; that carrier will not be met again. */
function takeCopy(spoken: SpokenPrompt[], prints: readonly string[], form: PromptForm): boolean {
  const found = spoken.find((entry) => !entry.forms.includes(form) && entry.prints.some((print) => prints.includes(print)));
  found?.forms.push(form);
  return found !== undefined;
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
  if (said.length === 0 || injectedKind(text) !== undefined) return;
  prompts.sawEvent = true;
  const prints = printsOf(said);
  const index = prompts.held.findIndex((entry) => entry.prints.some((print) => prints.includes(print)) || holdsText(entry, text));
  const [held] = index === -1 ? [] : prompts.held.splice(index, 1);
  for (let before = 0; before < index; before++) decideOldest(reading.out);
  if (!held && takeCopy(prompts.spoken, prints, form)) return;
  // The response item holds the images themselves, the event only their names.
  const isShown = held !== undefined && media.length > 0 && held.prints.includes(printOf(text)) && held.text.trim() !== text.trim();
  const entry = { ...(held ?? reading.place), text: isShown ? held.text : said.join("\n"), prints: [...new Set([...prints, ...(held?.prints ?? [])])] };
  sayPrompt(reading.out, { ...entry, messageId: held?.messageId || messageId }, form, held ? ["item"] : []);
}

/** Texts of some length may stand in the response item with more around them. */
function holdsText(entry: HeldPrompt, text: string): boolean {
  return text.trim().length >= 16 && entry.text.includes(text.trim());
}

interface PromptEntry extends RecordPlace {
  text: string;
  prints: string[];
  messageId: string;
}

function sayPrompt(out: Output, entry: PromptEntry, form: PromptForm, others: readonly PromptForm[] = []): void {
  const { plain } = out.state;
  plain.conversed = true;
  plain.began = true;
  plain.prompts.spoken.push({ prints: entry.prints, forms: [form, ...others], age: 0 });
  if (plain.prompts.spoken.length > maxSpoken) plain.prompts.spoken.shift();
  const { prompt, context } = withoutIdeContext(entry.text);
  if (context !== "") {
    const data = { kind: "ide_context", text: boundedText(context, maxInjectedChars) };
    out.sayAt(entry, "context", { type: "provider_status", message: "injected", data });
  }
  if (prompt.trim() === "") return;
  out.sayAt(entry, "prompt", { type: "user_message", role: "user", content: prompt, message_id: entry.messageId || null });
}

/** A record came: what has waited long enough is settled, and other carriers of older prompts will not come any more. */
export function agePrompts(out: Output): void {
  const { prompts } = out.state.plain;
  const { held } = prompts;
  for (const entry of prompts.spoken) entry.age += 1;
  prompts.spoken = prompts.spoken.filter(({ age }) => age <= maxHeldRecords);
  for (const entry of held) entry.age += 1;
  while ((held[0]?.age ?? 0) > maxHeldRecords) decideOldest(out);
}

/** Settles what waits: no event will come for it any more. In a file that tells prompts by events it was injected text. */
export function decideHeld(out: Output): void {
  while (out.state.plain.prompts.held.length > 0) decideOldest(out);
}

function decideOldest(out: Output): void {
  const { prompts } = out.state.plain;
  const entry = prompts.held.shift();
  if (!entry) return;
  if (entry.isTyped || !prompts.sawEvent) return sayPrompt(out, entry, "item");
  const data = { kind: "unknown", text: boundedText(entry.text, maxInjectedChars) };
  out.sayAt(entry, "injected", { type: "provider_status", message: "injected", data });
}

/**
 * The file ends here, for now: what is certain to be a prompt is said, and so is all in a file without events. Else the event is
 * still to come (it is written within milliseconds), and injected text must not be taken for a prompt.
 */
export function sayCertainPrompts(out: Output): void {
  const { prompts } = out.state.plain;
  const waiting = prompts.held;
  prompts.held = [];
  for (const entry of waiting) {
    if (entry.isTyped || !prompts.hasEvents) sayPrompt(out, entry, "item");
    else prompts.held.push(entry);
  }
}

/** A turn ended: carriers of its prompts do not come any more. */
export function forgetSpoken({ state }: Output): void {
  state.plain.prompts.spoken = [];
}

/** Whether a value of an agent's message is a text that can be read, and not encrypted. */
export function isReadable(text: string): boolean {
  return text.trim() !== "" && !/^[A-Za-z0-9+/_=-]{64,}$/.test(text.trim());
}
