import { boundedText } from "../bounded-text.js";
import { isUuid } from "../record-key.js";
import { arrayAt, countAt, isObject, type JsonObject, objectAt, stringAt } from "../json.js";
import { base64Bytes, mediaText } from "../media-text.js";
import type { RecordReading } from "./output.js";
import { statusData } from "./status.js";

/** How much of an injected text a status keeps, in UTF-16 units. */
const maxInjectedChars = 4000;

/** Tags that the VS Code builds of 2025-12 wrote into the prompt itself, before or behind what was typed. */
const wrappers = ["current_datetime", "reminder"];

function withoutFirst(text: string, tag: string): string {
  const trimmed = text.trimStart();
  const end = trimmed.startsWith(`<${tag}>`) ? trimmed.indexOf(`</${tag}>`) : -1;
  return end === -1 ? text : trimmed.slice(end + tag.length + 3).trimStart();
}

function withoutLast(text: string, tag: string): string {
  const trimmed = text.trimEnd();
  const start = trimmed.endsWith(`</${tag}>`) ? trimmed.lastIndexOf(`<${tag}>`) : -1;
  return start === -1 ? text : trimmed.slice(0, start).trimEnd();
}

/** A prompt without the tags that the tool put around it. */
export function typedText(content: string): string {
  let text = content;
  for (;;) {
    const shorter = wrappers.reduce((rest, tag) => withoutLast(withoutFirst(rest, tag), tag), text);
    if (shorter.length === text.length) return text;
    text = shorter;
  }
}

/** What stands in a prompt for an attachment: `[file /w/a.ts]`, `[image/png 415 KB]`. */
function attachmentText(attachment: JsonObject): string {
  const type = stringAt(attachment, "type") ?? "attachment";
  const data = stringAt(attachment, "data") ?? stringAt(objectAt(attachment, "blob"), "data");
  const mediaType = stringAt(attachment, "mimeType") ?? stringAt(attachment, "mediaType");
  if (mediaType !== undefined && (type === "blob" || data !== undefined)) {
    return mediaText(boundedText(mediaType, 100), data === undefined ? countAt(attachment, "byteLength") : base64Bytes(data));
  }
  const name = ["path", "filePath", "url", "displayName", "title", "name"].map((field) => stringAt(attachment, field)).find(Boolean);
  return name === undefined ? `[${type}]` : `[${type} ${name}]`;
}

/** Whether nobody typed it and no agent asked it: skills, autopilot, messages between agents. */
function isInjected({ data, agentId }: RecordReading): boolean {
  const source = stringAt(data, "source") ?? "";
  if (data["isAutopilotContinuation"] === true) return true;
  if (source === "" || source === "user") return false;
  return !(agentId !== "" && source.startsWith("agent-"));
}

/**
 * Reads a `user.message`: a prompt as it was typed (`content`; `transformedContent` is what the model got), a sub-agent's prompt, or an
 * injected text, which is provider_status `user.message`.
 */
export function readUser(reading: RecordReading): void {
  const { data, state } = reading;
  state.plain.conversed = true;
  noteZone(reading);
  const typed = typedText(stringAt(data, "content") ?? "");
  if (isInjected(reading)) {
    const { content: _, transformedContent: __, ...rest } = data;
    return reading.status("user.message", { text: boundedText(typed, maxInjectedChars), ...statusData("user.message", rest) });
  }
  const notes = arrayAt(data, "attachments").filter(isObject).map(attachmentText);
  const content = [typed, ...notes].filter((text) => text !== "").join("\n");
  if (content === "") return reading.status("user.message", statusData("user.message", data));
  const id = stringAt(data, "messageId") ?? (isUuid(reading.key) ? reading.key : null);
  reading.say({ type: "user_message", role: "user", content, message_id: id });
}

/** The offset of the user's clock stands in the time that goes to the model with a prompt (`…T19:22:04.626+05:30`, 1.0.78 and later). */
function noteZone({ data, state }: RecordReading): void {
  const found = /^<current_datetime>[^<+]*([+-])(\d\d):(\d\d)<\/current_datetime>/.exec((stringAt(data, "transformedContent") ?? "").slice(0, 200));
  if (!found) return;
  const minutes = Number(found[2]) * 60 + Number(found[3]);
  state.plain.zoneMinutes = found[1] === "-" ? -minutes : minutes;
}
