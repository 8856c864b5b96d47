import { jsonObject, type JsonObject, stringAt } from "../json.js";
import { boundedText } from "../bounded-text.js";
import { contentText, contentParts } from "./message-parts.js";
import type { RecordReading } from "./output.js";
import { readAgentPrompt, readUserItem } from "./prompt.js";
import { sayPendingThoughts } from "./reasoning.js";

const maxNoteChars = 1000;
/** How much of another agent's message a status keeps: a sub-agent's answer stands in its own log. */
const maxMessageChars = 16_000;

/** Reads a `message` item. Events and paginated items repeat the assistant's texts; they are not read. */
export function readMessage(reading: RecordReading): void {
  const role = stringAt(reading.payload, "role");
  if (role === "assistant") return readAssistant(reading);
  if (role === "user") return readUserItem(reading);
  reading.status(role ?? "message", { text: boundedText(contentText(reading.payload["content"]), maxNoteChars) });
}

function readAssistant(reading: RecordReading): void {
  const { payload } = reading;
  const { plain } = reading.state;
  const content = contentText(payload["content"]);
  const envelope = agentEnvelope(content);
  if (envelope) return readAgentMessage(reading, envelope);
  sayPendingThoughts(reading.out);
  if (content.trim() === "") return;
  plain.conversed = true;
  plain.began = true;
  const model = plain.model === "" ? {} : { model: plain.model };
  reading.say({ type: "assistant_message", content, message_id: stringAt(payload, "id") ?? null, ...model });
}

/** 0.12x wrote messages between agents as JSON in the text of an assistant's message. */
function agentEnvelope(content: string): JsonObject | undefined {
  if (!content.startsWith("{") || !content.includes('"recipient"')) return undefined;
  const found = jsonObject(content);
  const isMessage = typeof found?.["author"] === "string" && typeof found["recipient"] === "string" && typeof found["content"] === "string";
  return isMessage ? found : undefined;
}

/** Whether the text of a message can be read, and is not encrypted. */
function isReadable(text: string): boolean {
  return text.trim() !== "" && !/^[A-Za-z0-9+/_=-]{64,}$/.test(text.trim());
}

/** What an agent wrote to another: the words behind `Payload:`, or a part that is encrypted (readable where the server passes it on). */
function messageText(message: JsonObject): { text: string; header: string } {
  const content = message["content"];
  const header = contentText(content);
  const sealed = [stringAt(message, "encrypted_content") ?? "", ...contentParts(content).map((part) => stringAt(part, "encrypted_content") ?? "")];
  const text = sealed.filter((part) => part !== "").join("\n");
  if (text !== "") return { text, header };
  const at = header.indexOf("Payload:\n");
  return { text: at === -1 ? header : header.slice(at + "Payload:\n".length), header };
}

/**
 * Reads `agent_message` and `inter_agent_communication` (0.12x to 0.169). In a sub-agent's thread the message of an agent above
 * it is its prompt (there is no `user_message`); any other one, as the answer that comes back to the parent, is a status.
 */
export function readAgentMessage(reading: RecordReading, message: JsonObject = reading.payload): void {
  const author = stringAt(message, "author") ?? "";
  const recipient = stringAt(message, "recipient") ?? "";
  const { agentPath } = reading.state.plain;
  const { text, header } = messageText(message);
  const isFromAbove = agentPath !== "" && recipient === agentPath && agentPath.startsWith(`${author}/`);
  if (isFromAbove && isReadable(text)) return readAgentPrompt(reading, text);
  const told = isReadable(text) ? text : header;
  reading.status("agent_message", { author, recipient, text: boundedText(told, maxMessageChars) });
}
