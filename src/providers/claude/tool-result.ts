import { boundedDepth } from "../bounded-depth.js";
import { boundedText } from "../bounded-text.js";
import { isObject, type JsonObject, objectAt, stringAt } from "../json.js";
import { mediaBlockText } from "../media-text.js";
import { shortHash } from "../record-key.js";
import type { RecordReading, SayOptions } from "./output.js";
import type { OpenCall } from "./state.js";
import { toolData } from "./tool-data.js";
import { claudeToolKind, taskKind } from "./tool-kind.js";

/** The text of a message block: words as they are, images and documents as placeholders; undefined for blocks without a text. */
export function blockText(block: JsonObject): string | undefined {
  switch (stringAt(block, "type")) {
    case "text":
      return stringAt(block, "text") ?? "";
    case "image":
    case "document":
      return mediaBlockText(block);
    case "tool_reference":
      return `[tool ${stringAt(block, "tool_name") ?? ""}]`;
    default:
      return stringAt(block, "text");
  }
}

/** `content` of a result block as one text; null where there is none. */
function outputText(content: unknown): string | null {
  if (typeof content === "string") return content;
  if (isObject(content)) return blockText(content) ?? JSON.stringify(boundedDepth(content));
  if (!Array.isArray(content)) return null;
  const parts = content.map((block) => (isObject(block) ? (blockText(block) ?? JSON.stringify(boundedDepth(block))) : String(boundedDepth(block))));
  return parts.join("\n");
}

const denials = [
  "The user doesn't want to proceed with this tool use",
  "The user doesn't want to take this action right now",
  "Claude requested permissions to ",
  "Permission to use ",
];

function isDenial(record: JsonObject, output: string): boolean {
  const isRejected = stringAt(objectAt(record, "permissionDecision"), "decision") === "reject";
  return isRejected || stringAt(record, "toolDenialKind") !== undefined || denials.some((words) => output.startsWith(words));
}

const tellingFields = ["command", "file_path", "notebook_path", "path", "pattern", "query", "url", "prompt", "skill", "description"];

/** What a call asks for, in at most 200 characters: its telling argument, else its input. */
function askedFor(input: unknown): string {
  const fields = isObject(input) ? input : undefined;
  const telling = tellingFields.map((name) => stringAt(fields, name)).find((text) => text !== undefined && text !== "");
  return boundedText(telling ?? JSON.stringify(input ?? null), 200);
}

/** Longer ids, and longer names, are of no use to find a result. */
const maxIdChars = 200;

/** Says a tool_call and remembers it for its result. */
export function sayToolCall(reading: RecordReading, block: JsonObject): void {
  const name = stringAt(block, "name") ?? "unknown";
  const id = stringAt(block, "id");
  const input = boundedDepth(block["input"] ?? null);
  const kind = claudeToolKind(name);
  if (id !== undefined && id.length <= maxIdChars) {
    const call: OpenCall = { name: boundedText(name, maxIdChars), kind, asked: askedFor(input) };
    const prompt = isObject(input) && kind === "sub_agent" ? stringAt(input, "prompt") : undefined;
    if (prompt !== undefined) call.promptHash = shortHash(prompt);
    reading.state.calls.set(id, call);
  }
  reading.say({ type: "tool_call", tool_name: name, tool_kind: kind, tool_id: id ?? null, input });
}

/** Base name of the file that holds the whole output, for results that were too long for the transcript. */
function outputFile(source: JsonObject | undefined): string | undefined {
  const name = stringAt(source, "persistedOutputPath")?.split(/[/\\]/).at(-1);
  return name && name !== "." && name !== ".." ? name : undefined;
}

/** Whom the result's `toolUseResult` names as sub-agent. A task that was only looked at (TaskOutput) was spawned by another call. */
function noteAgent(reading: RecordReading, source: JsonObject | undefined, id: string | undefined): void {
  if (objectAt(source, "task") === undefined) reading.out.link(stringAt(source, "agentId"), id);
}

/**
 * Says the result of a call, with name and kind of the call of the same id; a denial is told before it.
 * @param result The record's `toolUseResult`, where the block is the one that it belongs to.
 */
export function sayToolResult(reading: RecordReading, block: JsonObject, result: unknown): void {
  const id = stringAt(block, "tool_use_id");
  const call = id === undefined ? undefined : reading.state.calls.get(id);
  if (id !== undefined) reading.state.calls.delete(id);
  const output = outputText(block["content"]);
  const failed = block["is_error"] === true;
  if (failed && isDenial(reading.record, output ?? "")) sayDenial(reading, call, output ?? "");
  const source = isObject(result) ? result : undefined;
  noteAgent(reading, source, id);
  const kind = taskKind(stringAt(objectAt(source, "task"), "task_type") ?? stringAt(source, "task_type")) ?? call?.kind;
  const options: SayOptions = {};
  const file = outputFile(source);
  if (file !== undefined) options.outputFile = file;
  reading.say(
    {
      type: "tool_result",
      tool_name: call?.name ?? null,
      ...(kind ? { tool_kind: kind } : {}),
      tool_id: id ?? null,
      success: !failed,
      output,
      error: failed ? output : null,
      data: toolData(result, { output: output ?? "", failed }),
    },
    options,
  );
}

function sayDenial(reading: RecordReading, call: OpenCall | undefined, output: string): void {
  const description = call?.asked ?? boundedText(output, 200);
  reading.say({ type: "permission", tool_name: call?.name ?? "unknown", description, granted: false });
}
