import { boundedText } from "../bounded-text.js";
import { type JsonObject, objectAt, stringAt } from "../json.js";
import { contextFolder, isContext } from "./folder.js";
import type { Reading } from "./output.js";
import { isMedia, partsOf, textOf } from "./parts.js";
import { conversationBegins, noteFolder } from "./start.js";
import { sayResponse } from "./tool-call.js";

/** How much of an injected text a status keeps, in UTF-16 units. */
const maxInjectedChars = 4000;

/** A slash command, rather than a path: the interactive tool keeps those out of the chat; what begins so was not said to the model. */
const command = /^(?:\/[a-z][\w:-]*(?:\s|$)|\?$)/i;

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
  const trimmed = text.trim();
  if (isContext(text)) {
    sayInjected(reading, "session_context", text);
    noteFolder(reading, contextFolder(text));
  } else if (trimmed.startsWith("<hook_context>")) sayInjected(reading, "hook_context", text);
  else if (trimmed === "") reading.status("empty_message", null, "context");
  else if (command.test(trimmed)) sayInjected(reading, "command", trimmed);
  else sayPrompt(reading, message, { rest, text });
}

function sayInjected(reading: Reading, name: string, text: string): void {
  reading.status(name, { text: boundedText(text, maxInjectedChars) }, "context");
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
