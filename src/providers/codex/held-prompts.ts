import { boundedText } from "../bounded-text.js";
import { withoutIdeContext } from "./injected.js";
import type { Output } from "./output.js";
import { damageReach, type HeldPrompt, type PromptForm, type RecordPlace, type SpokenPrompt } from "./state.js";

/** Bounds of what waits for its event, and of what is known as said. */
const maxHeld = 8;
const maxHeldChars = 256 * 1024;
const maxHeldRecords = 12;
const maxSpoken = 16;
/** How much of an injected text a status keeps. */
export const maxInjectedChars = 1000;

/** Holds a response item of the user until the records after it tell what it is. */
export function hold(out: Output, entry: Omit<HeldPrompt, "mayBeAlone">): void {
  const { prompts } = out.state.plain;
  prompts.held.push({ ...entry, mayBeAlone: prompts.sinceDamage <= damageReach });
  while (prompts.held.length > maxHeld || (prompts.held.length > 1 && heldChars(prompts.held) > maxHeldChars)) decideOldest(out);
  if (heldChars(prompts.held) > maxHeldChars) decideHeld(out);
}

function heldChars(held: readonly HeldPrompt[]): number {
  return held.reduce((sum, { text }) => sum + text.length, 0);
}

/** Whether the prompt was said from another carrier; that carrier will not be met again. */
export function takeCopy(spoken: SpokenPrompt[], prints: readonly string[], form: PromptForm): boolean {
  const found = spoken.find((entry) => !entry.forms.includes(form) && entry.prints.some((print) => prints.includes(print)));
  found?.forms.push(form);
  return found !== undefined;
}

/** A prompt, and where it is said. */
export interface PromptEntry extends RecordPlace {
  text: string;
  prints: string[];
  messageId: string;
}

/** Says a prompt. @param others Carriers that it was met in besides `form`. */
export function sayPrompt(out: Output, entry: PromptEntry, form: PromptForm, others: readonly PromptForm[] = []): void {
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

/** A record could not be read: it may have been the event that makes a prompt of what waits beside it. */
export function noteDamage(out: Output): void {
  const { prompts } = out.state.plain;
  prompts.sinceDamage = 0;
  for (const entry of prompts.held) if (entry.age <= damageReach) entry.mayBeAlone = true;
}

/** A record came: what has waited long enough is settled, and other carriers of older prompts will not come any more. */
export function agePrompts(out: Output): void {
  const { prompts } = out.state.plain;
  const { held } = prompts;
  prompts.sinceDamage = Math.min(prompts.sinceDamage + 1, damageReach + 1);
  for (const entry of prompts.spoken) entry.age += 1;
  prompts.spoken = prompts.spoken.filter(({ age }) => age <= maxHeldRecords);
  for (const entry of held) entry.age += 1;
  while ((held[0]?.age ?? 0) > maxHeldRecords) decideOldest(out);
}

/** Settles what waits: no event will come for it any more. In a file that tells prompts by events it was injected text. */
export function decideHeld(out: Output): void {
  while (out.state.plain.prompts.held.length > 0) decideOldest(out);
}

/** Settles what has waited longest. */
export function decideOldest(out: Output): void {
  const { prompts } = out.state.plain;
  const entry = prompts.held.shift();
  if (!entry) return;
  if (entry.isTyped || entry.mayBeAlone || !prompts.sawEvent) return sayPrompt(out, entry, "item");
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
    if (entry.isTyped || entry.mayBeAlone || !prompts.hasEvents) sayPrompt(out, entry, "item");
    else prompts.held.push(entry);
  }
}

/** A turn ended: carriers of its prompts do not come any more. */
export function forgetSpoken({ state }: Output): void {
  state.plain.prompts.spoken = [];
}
