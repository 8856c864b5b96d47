import { type JsonObject, stringAt } from "../json.js";
import { isContext } from "./folder.js";

/** A slash command, rather than a path: the interactive tool keeps those out of the chat; what begins so was not said to the model. */
const command = /^(?:\/[a-z][\w:-]*(?:\s|$)|\?$)/i;

/** Begins of texts that the tool puts in the user's place, by the name of their status (`core/client.ts`, `environmentContext.ts`). */
const begins: readonly (readonly [string, RegExp])[] = [
  ["hook_context", /^<hook_context>/],
  ["compressed_history", /^<(?:state_snapshot|compressed_chat_history)>/],
  ["editor_context", /^Here is (?:the user's editor context|a summary of changes in the user's editor context)/],
  ["system_notice", /^System: (?:Please continue\.|Potential loop detected)/],
  ["command", command],
];

/** Messages that the tool makes up have ids derived from a name (32 hex digits); all others are random UUIDs. */
export function isMadeUp(message: JsonObject): boolean {
  return /^[0-9a-f]{32}$/.test(stringAt(message, "id") ?? "");
}

/** What a user message that nobody typed is, as the name of a status; undefined for a prompt. */
export function injectedName(message: JsonObject, text: string): string | undefined {
  if (isContext(text)) return "session_context";
  const trimmed = text.trim();
  const named = begins.find(([, begin]) => begin.test(trimmed))?.[0];
  return named ?? (isMadeUp(message) ? "made_up_message" : undefined);
}
