import { boundedDepth } from "../bounded-depth.js";
import { boundedText } from "../bounded-text.js";
import { arrayAt, isObject, type JsonObject, objectAt, stringAt } from "../json.js";
import { originKey } from "./message-key.js";
import type { Reading } from "./output.js";
import type { KnownCall } from "./state.js";
import { toolData } from "./tool-data.js";
import { geminiToolKind } from "./tool-kind.js";
import { readToolOutput, type ToolOutput } from "./tool-output.js";

/** Longer names are of no use to find a result. */
const maxNameChars = 200;

/** Statuses of a call that has ended. The others (`validating`, `scheduled`, `executing`, `awaiting_approval`) were never seen on disk. */
const ended = new Set(["success", "error", "cancelled"]);

/** A call as `toolCalls` tells it, or as a `functionCall` part of the API's form, without a result. */
interface Call {
  id: string;
  /** The id as a part of an `origin`; the place in its message where it has none. */
  key: string;
  name: string;
  input: unknown;
  record: JsonObject;
}

function callOf(record: JsonObject, index: number): Call {
  const id = stringAt(record, "id") ?? "";
  return { id, key: id ? originKey(id) : String(index), name: stringAt(record, "name") ?? "unknown", input: boundedDepth(record["args"] ?? null), record };
}

/** Calls of a message: those of `toolCalls`, then `functionCall` parts that are not among them. */
function callsOf(reading: Reading, message: JsonObject, parts: readonly JsonObject[]): Call[] {
  const recorded = arrayAt(message, "toolCalls").filter(isObject).map(callOf);
  const ids = new Set(recorded.map(({ id }) => id));
  const inParts = parts.map((part) => objectAt(part, "functionCall")).filter(isObject);
  // A part without id cannot be told from a recorded call of its message, be that recorded here or before.
  const isRecorded = recorded.length > 0 || reading.state.calls.entries().some(([, { owner }]) => owner === reading.key);
  const others = inParts.map(callOf).filter(({ id }) => (id ? !ids.has(id) : !isRecorded));
  return [...recorded, ...others];
}

/** Says the calls of a message, then the results of those that have ended: they ran side by side, and are written when all have ended. */
export function sayToolCalls(reading: Reading, message: JsonObject, parts: readonly JsonObject[]): void {
  const calls = callsOf(reading, message, parts);
  const { plain } = reading.state;
  plain.called ||= calls.length > 0;
  for (const call of calls) sayCall(reading, call);
  for (const call of calls) sayResult(reading, call);
}

function sayCall(reading: Reading, { id, key, name, input, record }: Call): void {
  if (id) reading.state.calls.set(key, { owner: reading.key, name: boundedText(name, maxNameChars) });
  reading.out.link(stringAt(record, "agentId"), id);
  reading.say({ type: "tool_call", tool_name: name, tool_kind: geminiToolKind(name), tool_id: id || null, input }, `call:${key}`);
}

function sayResult(reading: Reading, { id, key, name, input, record }: Call): void {
  const status = stringAt(record, "status");
  const hasResult = record["result"] !== undefined && record["result"] !== null;
  if (reading.isSaid(`result:${key}`) || (status === undefined ? !hasResult : !ended.has(status))) return;
  const kind = geminiToolKind(name);
  const output = readToolOutput(record["result"], { id, kind, display: record["resultDisplay"] });
  const success = status === undefined ? !output.isError : status === "success";
  if (status === "cancelled" && isDenial(output.text)) sayDenial(reading, { name, key, record });
  const notes = shellNotes(output, { isShell: kind === "shell", success });
  const data = toolData(record, { notes, said: `${output.text ?? ""}\n${saidInput(input)}` });
  sayOutput(reading, { id, key, name, owner: reading.key }, { output, success, data, ts: stringAt(record, "timestamp") });
}

/** An exit code of 0 is not written (`tools/shell.ts`): a command that ran to its end, without a signal, had it. */
function shellNotes({ notes }: ToolOutput, { isShell, success }: { isShell: boolean; success: boolean }): object {
  const isZero = isShell && success && notes.exit_code === undefined && notes.signal === undefined;
  return isZero ? { exit_code: 0, ...notes } : notes;
}

/** The strings of a call's input, in which a description may stand. */
function saidInput(input: unknown): string {
  return isObject(input) ? Object.values(input).filter((value) => typeof value === "string").join("\n") : "";
}

function isDenial(text: string | null): boolean {
  return /\bUser (?:denied|rejected|did not allow)\b/i.test(text ?? "");
}

function sayDenial(reading: Reading, { name, key, record }: { name: string; key: string; record: JsonObject }): void {
  const args = objectAt(record, "args");
  const asked = stringAt(record, "description") || stringAt(args, "command") || stringAt(args, "file_path") || name;
  reading.say({ type: "permission", tool_name: name, description: boundedText(asked, 200), granted: false }, `permission:${key}`, { ts: stringAt(record, "timestamp") });
}

interface Result {
  output: ToolOutput;
  success: boolean;
  data: JsonObject | null;
  ts?: string | undefined;
}

function sayOutput(reading: Reading, call: KnownCall & { id: string; key: string }, { output, success, data, ts }: Result): void {
  reading.say(
    {
      type: "tool_result",
      tool_name: call.name || null,
      ...(call.name ? { tool_kind: geminiToolKind(call.name) } : {}),
      tool_id: call.id || null,
      success,
      output: output.text,
      error: success ? null : output.text,
      data,
    },
    `result:${call.key}`,
    { key: call.owner, ts, outputFile: output.file },
  );
}

/**
 * Reads a `functionResponse` part of a user message (0.44 and later): the same answer as in `toolCalls`, which is written before it. It is the
 * result only where that is missing. Its origin is that of the call's message, so that either form says it once.
 */
export function sayResponse(reading: Reading, part: JsonObject): void {
  const answer = objectAt(part, "functionResponse") ?? {};
  const id = stringAt(answer, "id") ?? "";
  const key = id ? originKey(id) : "0";
  const known = id ? reading.state.calls.get(key) : undefined;
  // After a resume answers stand in messages named by the one that asked.
  const owner = known?.owner ?? reading.key.replace(/_response$/, "");
  if (reading.isSaid(`result:${key}`, owner)) return;
  const name = known?.name ?? stringAt(answer, "name") ?? "";
  const isShell = geminiToolKind(name) === "shell";
  const output = readToolOutput([part], { id, kind: geminiToolKind(name), display: undefined });
  const success = !output.isError;
  const notes = shellNotes(output, { isShell, success });
  sayOutput(reading, { id, key, name, owner }, { output, success, data: Object.keys(notes).length > 0 ? { ...notes } : null });
}
