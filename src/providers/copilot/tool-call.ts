import { boundedText } from "../bounded-text.js";
import { isObject, type JsonObject, jsonObject, stringAt } from "../json.js";
import { boundedDepth } from "../bounded-depth.js";
import type { RecordReading } from "./output.js";
import { type Call, maxNameChars } from "./state.js";
import { copilotToolKind } from "./tool-kind.js";

const tellingFields = ["command", "path", "file_path", "pattern", "query", "url", "prompt", "skill", "intent", "description"];

/** What a call asks for, in at most 200 characters: its telling argument, else nothing. */
function askedFor(input: unknown): string {
  if (typeof input === "string") return boundedText(input, 200);
  const fields = isObject(input) ? input : undefined;
  const telling = tellingFields.map((name) => stringAt(fields, name)).find((text) => text !== undefined && text !== "");
  return boundedText(telling ?? "", 200);
}

/** Arguments are an object, its JSON as a string (1.0.77), or the plain text of a `custom` tool such as `apply_patch`. */
function inputOf(call: JsonObject): unknown {
  const input = call["arguments"];
  if (typeof input !== "string") return boundedDepth(input ?? null);
  const object = stringAt(call, "type") === "custom" ? undefined : jsonObject(input);
  return object === undefined ? input : boundedDepth(object);
}

/** A tool_id as events carry it; placeholders of redacted files, with spaces, are none. */
export function toolIdOf(id: string | undefined): string | undefined {
  return id !== undefined && id.length <= maxNameChars && /^\S+$/.test(id) ? id : undefined;
}

interface CallSource {
  id: string | undefined;
  name: string | undefined;
  /** Where `arguments` and the names of an MCP tool stand. */
  call: JsonObject;
  /** A request of the model: where it comes again after its result, it is another call (some servers count ids anew). */
  again: boolean;
}

/**
 * Says a tool_call, unless it was said: each call stands in the `toolRequests` of a message and in an execution_start.
 * @returns Whether it was said.
 */
export function sayToolCall(reading: RecordReading, { id, name = "unknown", call, again }: CallSource): boolean {
  const { state } = reading;
  const toolId = toolIdOf(id);
  if (toolId !== undefined && (state.calls.has(toolId) || (!again && state.answered.has(toolId)))) return false;
  const input = inputOf(call);
  const kind = copilotToolKind(name, input, call);
  const { agentId: thread, parentToolId } = reading;
  const open: Call = { name: boundedText(name, maxNameChars), kind, asked: askedFor(input), thread, parentToolId, permitted: false };
  if (toolId !== undefined) {
    state.answered.delete(toolId);
    state.calls.set(toolId, open);
  }
  reading.say({ type: "tool_call", tool_name: name, tool_kind: kind, tool_id: toolId ?? null, input });
  return true;
}

/** Reads a `tool.execution_start`, or an `external_tool.requested` of an SDK program. */
export function readExecutionStart(reading: RecordReading): void {
  const { data, state } = reading;
  state.plain.conversed = true;
  sayToolCall(reading, { id: stringAt(data, "toolCallId"), name: stringAt(data, "toolName"), call: data, again: false });
}

/** Reads a `tool.user_requested`: a command that the user ran himself (`!command`). */
export function readUserRequested(reading: RecordReading): void {
  const { data } = reading;
  const id = stringAt(data, "toolCallId");
  reading.state.plain.conversed = true;
  sayToolCall(reading, { id, name: stringAt(data, "toolName"), call: data, again: true });
  reading.status("tool.user_requested", { tool_id: toolIdOf(id) ?? null });
}
