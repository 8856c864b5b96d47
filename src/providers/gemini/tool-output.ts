import { boundedDepth } from "../bounded-depth.js";
import { isObject, type JsonObject, objectAt, stringAt } from "../json.js";
import type { ToolKind } from "../../schema/tool-kind.js";
import { isMedia, partsOf, textOf } from "./parts.js";

/** What a result says in words. */
export interface ToolOutput {
  text: string | null;
  /** The tool's own answer was an error. */
  isError: boolean;
  /** Notes that the shell tool puts behind an output. */
  notes: ShellNotes;
  /** Path below the folder of tool outputs, with `/`, of the file that holds the whole text; only where the record does not. */
  file?: string;
}

interface ShellNotes {
  exit_code?: number;
  signal?: string;
  background_pids?: string;
}

const noteFields = new Map<string, keyof ShellNotes | undefined>([
  ["Error", undefined],
  ["Exit Code", "exit_code"],
  ["Signal", "signal"],
  ["Background PIDs", "background_pids"],
  ["Process Group PGID", undefined],
]);

const openTag = "<untrusted_context>\n";
const closeTag = "\n</untrusted_context>";

/** Takes off the tags around text that the model shall not trust (0.5x and later); a cut text has only its head in front of the first. */
function unwrapped(text: string): string {
  const open = text.indexOf(openTag);
  const trimmed = text.trimEnd();
  const isWrapped = trimmed.endsWith(closeTag) && (open === 0 || (open > 0 && isCut(text)));
  return isWrapped ? text.slice(0, open) + trimmed.slice(open + openTag.length, -closeTag.length) : text;
}

/** Outputs over a threshold are shown in part; of old ones a pointer is left (masking, 0.29 and later). */
function isCut(text: string): boolean {
  return text.startsWith("Output too large.") || text.startsWith("<tool_output_masked>");
}

/** The notes at the end of what `run_shell_command` answers, each on a line of its own, at most once. */
function shellNotes(text: string): { body: string; notes: ShellNotes } {
  const notes: ShellNotes = {};
  const met = new Set<string>();
  let end = text.length;
  for (;;) {
    const start = text.lastIndexOf("\n", end - 1);
    if (start === -1) break;
    const line = /^(Error|Exit Code|Signal|Background PIDs|Process Group PGID): (.*)$/.exec(text.slice(start + 1, Math.min(end, start + 2000)));
    const [, label = "", value = ""] = line ?? [];
    const isText = label === "Error" && value.trim() !== "(none)";
    if (!line || met.has(label) || isText) break;
    met.add(label);
    takeNote(notes, label, value.trim());
    end = start;
  }
  return { body: text.slice(0, end), notes };
}

function takeNote(notes: ShellNotes, label: string, value: string): void {
  const field = noteFields.get(label);
  if (field === undefined || value === "" || value === "(none)" || (field === "signal" && value === "0")) return;
  if (field !== "exit_code") notes[field] = value;
  else if (/^-?\d{1,10}$/.test(value)) notes.exit_code = Number(value);
}

/** Of `Command: …`, `Directory: …`, `Output: …`, `Error: …` (until 2026-01) and `Output: …` what was printed. */
function printed(body: string): string {
  const text = body.replace(/^Command: [\s\S]*?\nDirectory: [^\n]*\n(?=(?:Output|Error|Stdout): )/, "").replace(/^(?:Output|Stdout): /, "");
  return text.replace(/^\(empty\)(?:\n|$)/, "");
}

function shellOutput(text: string): { text: string; notes: ShellNotes } {
  const { body, notes } = shellNotes(text);
  return { text: printed(body), notes };
}

/** Where the whole of a cut output lies: `…/tool-outputs/session-<id>/<call>.txt`. */
function outputFile(text: string): string | undefined {
  const found = /tool-outputs[\\/]((?:[\w.@-]+[\\/])?[\w.@-]+\.txt)/.exec(text.slice(0, 4000));
  return found?.[1]?.replaceAll("\\", "/");
}

/** Words of an answer that has them elsewhere than in `output`: blocks of MCP content, any other fields as JSON. */
function otherText(response: JsonObject): string | undefined {
  const { content } = response;
  const blocks = Array.isArray(content) ? textOf(partsOf(content)) : "";
  if (blocks !== "") return blocks;
  return Object.keys(response).length > 0 ? JSON.stringify(boundedDepth(response)) : undefined;
}

function responseText(response: JsonObject): string | undefined {
  const { output, error } = response;
  for (const value of [output, error]) {
    if (typeof value === "string") return value;
    if (isObject(value) || Array.isArray(value)) return stringAt(isObject(value) ? value : undefined, "message") ?? JSON.stringify(boundedDepth(value));
  }
  return otherText(response);
}

/** A screen of styled cells, as the shell tool shows it, in plain lines. */
function screenText(rows: readonly unknown[]): string {
  const lines = rows.map((row) => (Array.isArray(row) ? row.map((cell: unknown) => (isObject(cell) ? (stringAt(cell, "text") ?? "") : "")).join("") : ""));
  return lines.map((line) => line.trimEnd()).join("\n").trimEnd();
}

/** What the terminal showed, where that is text. */
function shownText(display: unknown): string | undefined {
  if (typeof display === "string") return display;
  return Array.isArray(display) ? screenText(display) : undefined;
}

/**
 * Reads a result: the answer that went to the model, without its wrapper. The text is whole: of an output that was cut for the model
 * it is what the terminal showed.
 * @param id Of the call: a list may hold answers of others, too.
 */
export function readToolOutput(result: unknown, { id, kind, display }: { id: string; kind: ToolKind; display: unknown }): ToolOutput {
  const parts = partsOf(result);
  const answers = parts.map((part) => objectAt(part, "functionResponse")).filter(isObject);
  const answer = answers.find((one) => stringAt(one, "id") === id) ?? (answers.length === 1 ? answers[0] : undefined);
  const response = objectAt(answer, "response") ?? {};
  const given = responseText(response) ?? (answer ? undefined : textOf(parts.filter((part) => !isMedia(part))) || undefined);
  const media = textOf([...parts, ...partsOf(answer?.["parts"])].filter(isMedia));
  const isError = response["error"] !== undefined && response["error"] !== null;
  const plain = given === undefined ? undefined : unwrapped(given);
  const read = plain !== undefined && kind === "shell" && !isError ? shellOutput(plain) : { text: plain, notes: {} };
  const whole = wholeText(read.text, { given: given ?? "", display });
  const text = [whole.text ?? (shownText(display) || undefined), media].filter((piece) => piece !== undefined && piece !== "").join("\n");
  const isSilent = whole.text === undefined && text === "";
  return { text: isSilent ? null : text, isError, notes: read.notes, ...(whole.file === undefined ? {} : { file: whole.file }) };
}

function wholeText(text: string | undefined, { given, display }: { given: string; display: unknown }): { text?: string; file?: string } {
  if (text === undefined) return {};
  if (!isCut(given)) return { text };
  const shown = shownText(display);
  if (shown !== undefined && shown.length >= text.length) return { text: shown };
  const file = outputFile(given);
  return file === undefined ? { text } : { text, file };
}
