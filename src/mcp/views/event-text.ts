import { EventExtras, EventHead, type AnyLogEvent } from "../../schema/event.js";
import type { Mask } from "../../schema/ports.js";
import { maskStrings } from "./mask-strings.js";

/** Arguments that tell what a call does, the most telling first. The later names are other providers' words for the earlier ones. */
const tellingArguments = [
  "command",
  "file_path",
  "path",
  "pattern",
  "query",
  "url",
  "prompt",
  "cmd",
  "script",
  "notebook_path",
  "absolute_path",
  "filePath",
  "dir_path",
  "skill",
  "description",
];

const bookkeeping = new Set([...Object.keys(EventHead.shape), ...Object.keys(EventExtras.shape), "type"]);

type Fields = Readonly<Record<string, unknown>>;

/**
 * What an event says, as text and masked: content, message or result; of a call its telling argument, else its input as JSON;
 * of usage `in 1200 out 80 cached 900`; of all other kinds, unknown ones too, their fields as JSON. Empty where it says nothing.
 */
export function eventText(event: AnyLogEvent, mask: Mask): string {
  // Parts that are shown as one text are masked as one: a secret may begin in the one and end in the next.
  return mask(joinedParts(event, mask));
}

function joinedParts(event: AnyLogEvent, mask: Mask): string {
  const fields = event as unknown as Fields;
  switch (event.type) {
    case "user_message":
    case "assistant_message":
    case "reasoning":
      return textOf(fields["content"], mask);
    case "tool_call":
      return callText(fields["input"], mask);
    case "tool_result":
      return resultText(fields, mask);
    case "stderr":
    case "parse_warning":
      return textOf(fields["message"], mask);
    case "provider_status":
    case "user_event":
      return joined(" ", [textOf(fields["message"], mask), textOf(fields["data"], mask)]);
    case "session_result":
      return textOf(fields["result"], mask);
    case "usage":
      return usageText(fields);
    default:
      return fieldsText(fields, mask);
  }
}

/** A string as it is, anything else as JSON with its strings masked, nothing for null and empty records. The whole is masked after it. */
function textOf(value: unknown, mask: Mask): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  // Once within each string, so that escapes hide nothing; over the whole later, where the key tells a secret.
  const json = JSON.stringify(maskStrings(value, mask));
  return json === "{}" || json === "[]" ? "" : json;
}

function callText(input: unknown, mask: Mask): string {
  if (typeof input === "object" && input !== null && !Array.isArray(input)) {
    for (const name of tellingArguments) {
      const value = (input as Fields)[name];
      if (typeof value === "string" && value !== "") return value;
      if (isWords(value)) return value.join(" ");
    }
  }
  return textOf(input, mask);
}

function isWords(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((word) => typeof word === "string");
}

function resultText(fields: Fields, mask: Mask): string {
  const output = textOf(fields["output"], mask);
  const error = textOf(fields["error"], mask);
  const said = output.includes(error) ? output : joined("\n", [output, error]);
  return said === "" ? textOf(fields["data"], mask) : joined("\n", [exitText(fields["data"], said), said]);
}

/** How much of a text is sure to be shown, and may already tell how its command exited. */
const exitPlaceChars = 400;

/**
 * `exit code 3`, for a command that failed, to stand where no cut takes it away; empty where the text's begin tells it. Some tools call a
 * command that failed a success (Gemini CLI 0.61, Copilot CLI 1.0.102), and nothing else that is shown would tell.
 */
function exitText(data: unknown, said: string): string {
  const code = typeof data === "object" && data !== null ? (data as Fields)["exit_code"] : undefined;
  if (typeof code !== "number" || code === 0) return "";
  const isTold = new RegExp(`exit(?:ed with)? (?:code|status):? ${code}\\b`, "i").test(said.slice(0, exitPlaceChars));
  return isTold ? "" : `exit code ${code}`;
}

function joined(separator: string, parts: string[]): string {
  return parts.filter((part) => part !== "").join(separator);
}

function usageText(fields: Fields): string {
  const cached = fields["cache_read_tokens"];
  const base = `in ${String(fields["input_tokens"])} out ${String(fields["output_tokens"])}`;
  return typeof cached === "number" ? `${base} cached ${cached}` : base;
}

function fieldsText(fields: Fields, mask: Mask): string {
  const own = Object.entries(fields).filter(([name, value]) => !bookkeeping.has(name) && value !== null && value !== undefined);
  return textOf(Object.fromEntries(own), mask);
}
