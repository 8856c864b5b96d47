import { describe, expect, test } from "vitest";
import { Attempts } from "../../../src/mcp/prompts/attempts.js";
import { serializeEvent, parseEvent, type AnyLogEvent } from "../../../src/schema/event.js";

function event(seq: number, fields: Record<string, unknown>): AnyLogEvent {
  const head = { seq, ts: "2026-11-20T10:00:00.000Z", provider: "test", wrapper_session_id: "s", source_kind: "wrapper", completeness: "full" };
  return JSON.parse(serializeEvent(parseEvent({ ...head, ...fields }))) as AnyLogEvent;
}

/** A call and its result: seq and seq + 1. */
function tried(seq: number, tool: string, input: Record<string, unknown>, outcome: Record<string, unknown>): AnyLogEvent[] {
  const id = { tool_name: tool, tool_id: `call-${seq}` };
  return [event(seq, { type: "tool_call", ...id, input }), event(seq + 1, { type: "tool_result", ...id, ...outcome })];
}

function troublesOf(events: readonly AnyLogEvent[]) {
  const attempts = new Attempts();
  for (const one of events.toReversed()) attempts.note(one);
  return attempts.troubles().map(({ failures, fix }) => ({ failures: failures.map(({ seq }) => seq), fix: fix?.seq }));
}

describe("a trouble", () => {
  test("is a command that failed, as often as it did, up to the first time that it worked", () => {
    const events = [
      ...tried(1, "Bash", { command: "cd app && CI=1 npm test -- print" }, { success: false, error: "1 failed" }),
      ...tried(3, "Bash", { command: "npm run lint" }, { success: true }),
      ...tried(5, "Bash", { command: "npm test" }, { success: false }),
      ...tried(7, "Bash", { command: "npm test -- all" }, { success: true }),
      ...tried(9, "Bash", { command: "npm test" }, { success: false }),
    ];
    expect(troublesOf(events)).toEqual([
      { failures: [2, 6], fix: 8 },
      { failures: [10], fix: undefined },
    ]);
  });

  test("is told by the exit code too, where the tool calls it a success", () => {
    expect(troublesOf(tried(1, "run_shell_command", { command: "false" }, { success: true, data: { exit_code: 1 } }))).toEqual([{ failures: [2], fix: undefined }]);
    expect(troublesOf(tried(1, "run_shell_command", { command: "true" }, { success: true, data: { exit_code: 0 } }))).toEqual([]);
  });

  test("belongs to a file, where the tool works on one", () => {
    const events = [
      ...tried(1, "Edit", { file_path: "/a.ts" }, { success: false }),
      ...tried(3, "Edit", { file_path: "/b.ts" }, { success: true }),
      ...tried(5, "Edit", { file_path: "/a.ts" }, { success: true }),
    ];
    expect(troublesOf(events)).toEqual([{ failures: [2], fix: 6 }]);
  });

  test("is not a search or a read that found nothing", () => {
    expect(troublesOf([...tried(1, "Grep", { pattern: "x" }, { success: false }), ...tried(3, "Read", { file_path: "/no" }, { success: false })])).toEqual([]);
  });

  test("is also a result whose call is not known", () => {
    expect(troublesOf([event(4, { type: "tool_result", tool_name: "Bash", tool_id: null, success: false })])).toEqual([{ failures: [4], fix: undefined }]);
  });
});
