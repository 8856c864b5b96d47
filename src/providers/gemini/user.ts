import { boundedText } from "../bounded-text.js";
import { type JsonObject, objectAt, stringAt } from "../json.js";
import { contextFolder } from "./folder.js";
import { injectedName } from "./injected.js";
import type { Reading } from "./output.js";
import { isMedia, partsOf, textOf } from "./parts.js";
import { conversationBegins, noteFolder } from "./start.js";
import { sayResponse } from "./tool-call.js";

/** How much of an injected text a status keeps, in UTF-16 units; a summary of what went before is kept longer. */
const maxInjectedChars = 4000;
const maxSummaryChars = 64_000;

/** Reads a `user` message: a prompt, the results of tools, or what the tool injected. */
export function readUser(reading: Reading, message: JsonObject): void {
  const parts = partsOf(message["content"]);
  const responses = parts.filter((part) => objectAt(part, "functionResponse") !== undefined);
  const rest = parts.filter((part) => !responses.includes(part));
  const text = textOf(rest);
  if (responses.length > 0) {
    conversationBegins(reading);
    for (const part of responses) sayResponse(reading, part);
    // What stands beside results was put there by the tool, in the user's place.
    if (text.trim() !== "") sayInjected(reading, "tool_response_text", text);
    return;
  }
  readWords(reading, message, { rest, text });
}

function readWords(reading: Reading, message: JsonObject, { rest, text }: { rest: readonly JsonObject[]; text: string }): void {
  const injected = injectedName(message, text);
  if (text.trim() === "") reading.status("empty_message", null, "context");
  else if (injected === undefined) sayPrompt(reading, message, { rest, text });
  else sayInjected(reading, injected, text);
  if (injected === "session_context") noteFolder(reading, contextFolder(text));
}

function sayInjected(reading: Reading, name: string, text: string): void {
  const isSummary = name === "compressed_history" || name === "made_up_message";
  reading.status(name, { text: boundedText(text, isSummary ? maxSummaryChars : maxInjectedChars) }, "context");
}

/** What was typed: `displayContent` where the sent text differs from it (0.28 and later), with the attachments of the sent one. */
function sayPrompt(reading: Reading, message: JsonObject, { rest, text }: { rest: readonly JsonObject[]; text: string }): void {
  const shown = partsOf(message["displayContent"]);
  const hasOwnMedia = shown.some(isMedia);
  const typed = textOf(hasOwnMedia ? shown : [...shown, ...rest.filter(isMedia)]);
  const content = shown.length > 0 && textOf(shown).trim() !== "" ? typed : text;
  conversationBegins(reading);
  const { plain } = reading.state;
  plain.conversed = true;
  plain.replied = false;
  reading.say({ type: "user_message", role: "user", content, message_id: stringAt(message, "id") || null }, "prompt");
}
