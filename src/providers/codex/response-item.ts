import { boundedData, statusBounds } from "../bounded-data.js";
import { boundedText } from "../bounded-text.js";
import { arrayAt, isObject, jsonValue, type JsonObject, stringAt } from "../json.js";
import { base64Bytes, mediaText } from "../media-text.js";
import type { RecordReading } from "./output.js";
import { readReasoning } from "./reasoning.js";
import { readAgentMessage, readMessage } from "./reply.js";
import { sayOther } from "./status.js";
import { toolName } from "./tool-kind.js";
import { foundToolNames, readToolOutput } from "./tool-text.js";
import { callOf, sayCall, sayDenial, sayResult } from "./tools.js";

/** `arguments` is the JSON of an object as a text; what is not stays a text. */
function readArguments(value: unknown): unknown {
  if (typeof value !== "string") return value ?? null;
  const parsed = jsonValue(value);
  return typeof parsed === "object" && parsed !== null ? parsed : value;
}

function readFunctionCall(reading: RecordReading): void {
  const { payload } = reading;
  const name = toolName(stringAt(payload, "name") ?? "unknown", stringAt(payload, "namespace"));
  sayNewCall(reading, { id: stringAt(payload, "call_id"), name, input: readArguments(payload["arguments"]) });
}

function readCustomCall(reading: RecordReading): void {
  const { payload } = reading;
  const name = toolName(stringAt(payload, "name") ?? "unknown", stringAt(payload, "namespace"));
  sayNewCall(reading, { id: stringAt(payload, "call_id"), name, input: payload["input"] ?? null });
}

function readLocalShellCall(reading: RecordReading): void {
  const { payload } = reading;
  sayNewCall(reading, { id: stringAt(payload, "call_id") ?? stringAt(payload, "id"), name: "local_shell", input: payload["action"] ?? null });
}

/** An item that ended (`item_completed`) may have told the call before: it is said once. */
function sayNewCall(reading: RecordReading, call: { id: string | undefined; name: string; input: unknown }): void {
  if (callOf(reading, call.id)?.answeredBy !== "item") sayCall(reading, call);
}

/** Calls that the server runs: they have no output item, so that their status is the result. */
function sayServerCall(reading: RecordReading, name: string, { input, output }: { input: unknown; output: string | null }): void {
  const { payload } = reading;
  const id = stringAt(payload, "call_id") ?? stringAt(payload, "id");
  if (callOf(reading, id)) return;
  const status = stringAt(payload, "status");
  const call = sayCall(reading, { id, name, input });
  const data = status === undefined || status === "completed" ? {} : { status };
  sayResult(reading, id, call, { success: status !== "failed", output, data, by: "item" });
}

function readWebSearch(reading: RecordReading): void {
  sayServerCall(reading, "web_search", { input: reading.payload["action"] ?? null, output: null });
}

function readImageGeneration(reading: RecordReading): void {
  const result = stringAt(reading.payload, "result");
  const output = result === undefined || result === "" ? null : mediaText("image/png", base64Bytes(result));
  sayServerCall(reading, "image_generation", { input: { prompt: stringAt(reading.payload, "revised_prompt") ?? null }, output });
}

/**
 * Reads the output of a call. A call that an ended item has answered is not answered again; where the turn was aborted before,
 * and a failed result said, the output is a status.
 */
function readOutput(reading: RecordReading): void {
  const { payload } = reading;
  const id = stringAt(payload, "call_id");
  const call = callOf(reading, id);
  if (call?.answeredBy === "item") return;
  const { text, data, success, isRejected } = readToolOutput(payload["output"]);
  if (call?.answeredBy) return reading.status("late_tool_output", { tool_id: id, output: boundedText(text, 16_000), ...data });
  const exit = data["exit_code"] ?? call?.exitCode;
  const facts = {
    ...call?.failure,
    ...(exit === undefined ? {} : { exit_code: exit }),
    ...data,
    ...(call?.durationMs === undefined ? {} : { duration_ms: call.durationMs }),
  };
  if (isRejected) sayDenial(reading, call, text);
  if (call && data["session_id"] !== undefined && exit === undefined) call.isRunning = true;
  const isExitZero = call?.failure === undefined && (exit === undefined || exit === 0);
  sayResult(reading, id, call, { success: success ?? isExitZero, output: text, data: facts, by: "output" });
}

function readToolSearchCall(reading: RecordReading): void {
  const { payload } = reading;
  sayNewCall(reading, { id: stringAt(payload, "call_id"), name: "tool_search", input: readArguments(payload["arguments"]) });
}

function readToolSearchOutput(reading: RecordReading): void {
  const { payload } = reading;
  const id = stringAt(payload, "call_id");
  const tools = arrayAt(payload, "tools");
  const status = stringAt(payload, "status");
  const facts = { success: status !== "failed", output: foundToolNames(tools), data: { tools: tools.length }, by: "output" as const };
  sayResult(reading, id, callOf(reading, id), facts);
}

/** Tool descriptions that the tool gives to the model (24 KB in 0.169) are named only. */
function readAdditionalTools(reading: RecordReading): void {
  reading.status("additional_tools", { tools: boundedText(foundToolNames(arrayAt(reading.payload, "tools")), 2000) });
}

function readCompaction(reading: RecordReading): void {
  reading.status(reading.type);
}

function readGhostSnapshot(reading: RecordReading): void {
  const commit: JsonObject = isObject(reading.payload["ghost_commit"]) ? reading.payload["ghost_commit"] : {};
  reading.status("ghost_snapshot", boundedData({ id: commit["id"], parent: commit["parent"] }, statusBounds));
}

const readers: ReadonlyMap<string, (reading: RecordReading) => void> = new Map([
  ["message", readMessage],
  ["reasoning", readReasoning],
  ["function_call", readFunctionCall],
  ["function_call_output", readOutput],
  ["custom_tool_call", readCustomCall],
  ["custom_tool_call_output", readOutput],
  ["local_shell_call", readLocalShellCall],
  ["local_shell_call_output", readOutput],
  ["web_search_call", readWebSearch],
  ["tool_search_call", readToolSearchCall],
  ["tool_search_output", readToolSearchOutput],
  ["image_generation_call", readImageGeneration],
  ["agent_message", (reading) => readAgentMessage(reading)],
  ["additional_tools", readAdditionalTools],
  ["ghost_snapshot", readGhostSnapshot],
  ["compaction", readCompaction],
  ["compaction_summary", readCompaction],
  ["context_compaction", readCompaction],
]);

/** Types that show the model at work: what waits for the records of a prompt is settled by them. */
const modelTypes = new Set([
  "reasoning", "function_call", "custom_tool_call", "local_shell_call", "web_search_call", "tool_search_call", "image_generation_call",
]);

/** Whether a response item comes from the model. */
export function isFromModel({ record, payload, type }: RecordReading): boolean {
  if (record.type !== "response_item") return false;
  return modelTypes.has(type) || (type === "message" && stringAt(payload, "role") === "assistant");
}

/** Reads a `response_item`: what the model saw and said. */
export function readResponseItem(reading: RecordReading): void {
  const read = readers.get(reading.type);
  if (read) read(reading);
  else sayOther(reading);
}
