import type { Mask } from "../../schema/ports.js";
import type { SessionFull } from "../../schema/session.js";
import { fenced } from "../resources/fence.js";
import { firstCodePoints } from "../views/cut-text.js";
import { shownTime } from "../views/event-view.js";

const maxFieldChars = 300;

/** `0a1b2c3d (claude, ended, last event 2026-11-22T17:05:07Z)`: our own words and ids only. */
export function sessionName({ provider, status, last }: SessionFull, shortId: string): string {
  return `${shortId} (${[provider, status, ...(last === undefined ? [] : [`last event ${shownTime(last)}`])].join(", ")})`;
}

/** `1 prompt`, `2 prompts`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** What a session's events add up to. */
export function sessionSums({ events, user_messages, tool_calls, tool_errors, tokens }: SessionFull): string {
  const sums = [counted(events, "event"), counted(user_messages, "prompt"), counted(tool_calls, "tool call"), `${tool_errors} failed`];
  return [...sums, ...(tokens ? [`tokens in ${tokens.input} out ${tokens.output}`] : [])].join(", ");
}

/** What was recorded of a session as a whole: title, workspace and model, as a code block; empty where nothing is known. */
export function sessionFacts({ title, workspace, model }: SessionFull, mask: Mask): string {
  const facts = Object.entries({ title, workspace, model }).filter(([, value]) => value !== undefined && value !== "");
  const lines = facts.map(([name, value]) => `${name}: ${firstCodePoints(mask(String(value)).replace(/\s+/g, " "), maxFieldChars)}`);
  return lines.length === 0 ? "" : fenced(lines.join("\n"));
}
