import { boundedText } from "../bounded-text.js";
import { type JsonObject, objectAt, stringAt } from "../json.js";
import type { RecordReading } from "./output.js";
import type { Call } from "./state.js";
import { toolIdOf } from "./tool-call.js";
import { outputOf, toolData } from "./tool-data.js";

const unknownCall: Call = { name: "", kind: "other", asked: "", thread: "", parentToolId: "", permitted: false };

/** Texts of results of calls that were not allowed; the wording is not settled by any version (see section 3 of the format). */
const rejection = /^(?:The )?user (?:rejected|denied|declined)\b|^Permission (?:to run this tool was )?denied\b|^Tool call (?:was )?(?:rejected|denied)\b/i;

/** Reads a `tool.execution_complete`. */
export function readExecutionComplete(reading: RecordReading): void {
  reading.state.plain.conversed = true;
  sayToolResult(reading, reading.data);
}

/**
 * Says a tool_result. Its call is named by `toolCallId` alone; `success` is the tool's own word: a shell's exit code does not count.
 * @param data As of a `tool.execution_complete`.
 */
export function sayToolResult(reading: RecordReading, data: JsonObject): void {
  const { state } = reading;
  const id = toolIdOf(stringAt(data, "toolCallId"));
  const call = id === undefined ? undefined : (state.calls.get(id) ?? state.answered.get(id));
  const failed = data["success"] !== true;
  const message = stringAt(objectAt(data, "error"), "message") ?? stringAt(data, "error");
  const output = outputOf(objectAt(data, "result")) ?? message ?? null;
  const error = failed ? (message ?? output) : null;
  if (failed && call?.permitted !== true && rejection.test(error ?? "")) {
    reading.say({ type: "permission", tool_name: call?.name ?? "unknown", description: call?.asked || boundedText(error ?? "", 200), granted: false });
  }
  reading.say({
    type: "tool_result",
    tool_name: call?.name ?? null,
    ...(call ? { tool_kind: call.kind } : {}),
    tool_id: id ?? null,
    success: !failed,
    output,
    error,
    data: toolData(data, call ?? unknownCall, output ?? ""),
  });
  if (id === undefined || !call) return;
  state.calls.delete(id);
  state.answered.set(id, call);
}

/**
 * Says a failed result for calls that will get none: the process ended, or the user broke the turn off. A call that was
 * answered at once and runs on in the background is not among them.
 */
export function closeCalls(reading: RecordReading, why: string, isClosed: (call: Call) => boolean): void {
  const { calls, answered } = reading.state;
  for (const [id, call] of calls.entries()) {
    if (!isClosed(call)) continue;
    calls.delete(id);
    answered.set(id, call);
    const error = `No result was recorded: ${why}`;
    const kind = { type: "tool_result", tool_name: call.name, tool_kind: call.kind, tool_id: id, success: false, output: null, error, data: null } as const;
    reading.say(kind, { thread: { agentId: call.thread, parentToolId: call.parentToolId } });
  }
}

/** Reads an `abort`, a user_event as of every provider: the open calls of that agent end, and those of sub-agents that it waits for. */
export function readAbort(reading: RecordReading): void {
  const { state, agentId, data } = reading;
  const isOpen = new Set(state.calls.entries().map(([id]) => id));
  const waitsFor = (call: Call) => call.thread === agentId || (!agentId && isOpen.has(call.parentToolId));
  const reason = stringAt(data, "reason");
  closeCalls(reading, "the turn was aborted", waitsFor);
  reading.say({ type: "user_event", level: "warning", message: reason ? `Turn aborted: ${boundedText(reason, 1000)}` : "Turn aborted" });
}
