import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { recordAgentOutput, recordPrompt } from "../../src/log/record.js";
import { SessionLogWriter } from "../../src/log/writer.js";
import type { AgentOutputInput } from "../../src/schema/agent-output.js";
import { logLines } from "../helpers/log-lines.js";
import { sessionMetadata } from "../helpers/session-metadata.js";
import { tempDir } from "../helpers/temp-dir.js";

/** What `recordAgentOutput` adds to a new log: each line without its head. */
function recorded(output: Partial<AgentOutputInput>, writer = SessionLogWriter.create(tempDir(), sessionMetadata())) {
  recordAgentOutput(writer, { session_id: "", events: [], ...output });
  return logLines(writer.logPath()).map(({ seq: _seq, ts: _ts, provider: _p, wrapper_session_id: _w, provider_session_id: _s, completeness: _c, ...rest }) => {
    expect(rest["source_kind"]).toBe("wrapper");
    delete rest["source_kind"];
    return rest;
  });
}

test("`recordPrompt()` writes what the user asked, and nothing for a blank prompt", () => {
  const writer = SessionLogWriter.create(tempDir(), sessionMetadata());
  for (const prompt of [undefined, null, "", " \n\t"]) recordPrompt(writer, prompt);
  recordPrompt(writer, " fix it\n");
  expect(logLines(writer.logPath())).toEqual([
    expect.objectContaining({ seq: 1, source_kind: "wrapper", type: "user_message", role: "user", content: " fix it\n", message_id: null }),
  ]);
});

test("A session id of the output is the provider's; an empty one and `unknown` are none", () => {
  for (const [sessionId, known] of [["", null], ["unknown", null], ["p-7", "p-7"]] as const) {
    const writer = SessionLogWriter.create(tempDir(), sessionMetadata());
    recorded({ session_id: sessionId, events: [{ type: "error", message: "x" }] }, writer);
    expect(writer.getProviderSessionId()).toBe(known);
    expect(logLines(writer.logPath())[0]?.["provider_session_id"]).toBe(known);
  }
});

test("Text and tool calls of an assistant message are events of their own, in order", () => {
  const content = [
    { type: "text" as const, text: "I look" },
    { type: "tool_use" as const, id: "t-1", name: "Bash", input: { command: "ls" } },
    { type: "text" as const, text: "done" },
  ];
  expect(recorded({ events: [{ type: "assistant_message", content }] })).toEqual([
    { type: "assistant_message", content: "I look", message_id: null },
    { type: "tool_call", tool_name: "Bash", tool_kind: "shell", tool_id: "t-1", input: { command: "ls" } },
    { type: "assistant_message", content: "done", message_id: null },
  ]);
});

test("Of a user message only the text is kept", () => {
  const content = [{ type: "text" as const, text: "hi" }, { type: "tool_use" as const, id: "t", name: "n", input: null }];
  expect(recorded({ events: [{ type: "user_message", content }] })).toEqual([{ type: "user_message", role: "user", content: "hi", message_id: null }]);
});

test("A tool execution is a tool result with name and kind", () => {
  expect(
    recorded({
      events: [
        { type: "tool_execution", tool_name: "Read", tool_id: "t-1", result: { success: true, output: "text", data: { lines: 3 } } },
        { type: "tool_execution", tool_name: "odd", tool_id: "t-2", result: { success: false, error: "no" } },
      ],
    }),
  ).toEqual([
    { type: "tool_result", tool_name: "Read", tool_kind: "file_read", tool_id: "t-1", success: true, output: "text", error: null, data: { lines: 3 } },
    { type: "tool_result", tool_name: "odd", tool_kind: "other", tool_id: "t-2", success: false, output: null, error: "no", data: null },
  ]);
});

test("Permissions, errors, starts, results and turns are kept with what they say", () => {
  expect(
    recorded({
      events: [
        { type: "init", model: "m-1", working_directory: "/w", metadata: { a: 1 } },
        { type: "init", model: "m-2", metadata: {} },
        { type: "permission_request", tool_name: "Bash", description: "run it", granted: false },
        { type: "error", message: "bad", details: { code: 3 } },
        { type: "error", message: "worse" },
        { type: "result", success: true, message: "all done", duration_ms: 12, num_turns: 2 },
        { type: "result", success: false },
        { type: "turn_complete", stop_reason: "end", turn_index: 1, usage: { input_tokens: 1, output_tokens: 2 } },
        { type: "turn_complete", turn_index: 2 },
      ],
    }),
  ).toEqual([
    { type: "provider_status", message: "Initialized m-1", data: { working_directory: "/w", metadata: { a: 1 } } },
    { type: "provider_status", message: "Initialized m-2", data: { working_directory: null, metadata: {} } },
    { type: "permission", tool_name: "Bash", description: "run it", granted: false },
    { type: "provider_status", message: "bad", data: { code: 3 } },
    { type: "provider_status", message: "worse", data: null },
    { type: "provider_status", message: "all done", data: { success: true, duration_ms: 12, num_turns: 2 } },
    { type: "provider_status", message: "Result emitted", data: { success: false, duration_ms: null, num_turns: null } },
    { type: "provider_status", message: "Turn 1 complete", data: { stop_reason: "end", turn_index: 1, usage: { input_tokens: 1, output_tokens: 2 } } },
    { type: "provider_status", message: "Turn 2 complete", data: { stop_reason: null, turn_index: 2, usage: null } },
  ]);
});

test("A usage limit gets an incident id of its own, and the line has its provider once", () => {
  const writer = SessionLogWriter.create(tempDir(), sessionMetadata());
  const limit = { type: "usage_limit_detected" as const, provider: "acme", scope: "5h" };
  const lines = recorded({ events: [limit, { ...limit, reset_at: "2026-01-05T12:00:00Z", raw: "limit reached" }] }, writer);
  const id = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/) as string;
  expect(lines).toEqual([
    { type: "usage_limit_hit", scope: "5h", fallback_used: false, incident_id: id },
    { type: "usage_limit_hit", scope: "5h", reset_at: "2026-01-05T12:00:00Z", fallback_used: false, incident_id: id, raw: "limit reached" },
  ]);
  expect(lines[0]?.["incident_id"]).not.toBe(lines[1]?.["incident_id"]);
  const [line] = readFileSync(writer.logPath(), "utf8").split("\n");
  expect(line?.match(/"provider":/g)).toHaveLength(1);
});

test("Tokens and cost are one `usage` behind the events; cost alone is one too; neither is none", () => {
  const events = [{ type: "error" as const, message: "x" }];
  const usage = { input_tokens: 5, output_tokens: 6 };
  expect(recorded({ events, usage: { ...usage, cache_read_tokens: 7, cache_creation_tokens: 8 }, total_cost_usd: 0.5 })[1]).toEqual({
    type: "usage",
    ...usage,
    cache_read_tokens: 7,
    cache_creation_tokens: 8,
    total_cost_usd: 0.5,
  });
  expect(recorded({ events, usage })[1]).toEqual({ type: "usage", ...usage });
  expect(recorded({ events, usage: null, total_cost_usd: 0.25 })[1]).toEqual({ type: "usage", input_tokens: 0, output_tokens: 0, total_cost_usd: 0.25 });
  expect(recorded({ events })).toHaveLength(1);
});

test("Output of another shape is refused as a whole, naming the place", () => {
  const writer = SessionLogWriter.create(tempDir(), sessionMetadata());
  const output = { session_id: "p", events: [{ type: "error", message: "x" }, { type: "result" }] } as unknown as AgentOutputInput;
  expect(() => recordAgentOutput(writer, output)).toThrow(
    expect.objectContaining({ code: "INVALID_EVENT", message: expect.stringContaining("events.1.success") as string }),
  );
  expect(logLines(writer.logPath())).toEqual([]);
  expect(writer.getProviderSessionId()).toBeNull();
});
