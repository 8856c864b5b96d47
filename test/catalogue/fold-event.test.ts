import { describe, expect, it } from "vitest";
import { foldEvent } from "../../src/catalogue/fold-event.js";
import type { SessionState } from "../../src/catalogue/session-state.js";
import { answered, beat, called, ended, lines, said, started, status, type Line } from "./log-lines.js";

function fold(...events: Line[]): SessionState {
  let state: SessionState | undefined;
  for (const event of lines("s", events)) state = foldEvent(state, event);
  if (!state) throw new Error("no events");
  return state;
}

const minute = (nth: number): number => Date.UTC(2026, 0, 1, 0, nth);

describe("foldEvent()", () => {
  it("knows a session by what its log says", () => {
    const state = fold(
      started({ command: "run", cwd: "/repo", model: "opus", parent_session_id: "p", title: " A\n title ", source_paths: ["/n/1"], backfilled: true, origin: "r/0" }),
      said("hello"),
      answered("hi", { model: "sonnet" }),
      called("Bash", { command: "ls" }),
      { type: "tool_result", tool_name: "Bash", tool_id: null, success: false, output: null, error: "x", data: null },
      { type: "tool_result", tool_name: "Bash", tool_id: null, success: null, output: null, error: null, data: null },
      { type: "usage", input_tokens: 10, output_tokens: 2, cache_read_tokens: 5, total_cost_usd: 0.5 },
      { type: "usage", input_tokens: 1, output_tokens: 1, total_cost_usd: 0.25 },
    );
    expect(state).toMatchObject({
      provider: "claude",
      command: "run",
      workspace: "/repo",
      model: "sonnet",
      parentSessionId: "p",
      title: "A title",
      firstWords: "hello",
      sourcePaths: ["/n/1"],
      backfilled: true,
      byProvider: true,
      startedMs: minute(1),
      lastMs: minute(8),
      events: 8,
      lines: 8,
      userMessages: 1,
      toolCalls: 1,
      toolErrors: 1,
      tokens: { input: 11, output: 3, cache_read: 5 },
      costUsd: 0.75,
      ended: false,
    });
  });

  it("leaves the state before it as it was", () => {
    const [first, second] = lines("s", [started({ source_paths: ["/a"] }), status("source_path", "/b")]);
    const before = foldEvent(undefined, first!);
    const copy = structuredClone(before);
    foldEvent(before, second!);
    expect(before).toEqual(copy);
  });

  it("takes later facts from provider_status", () => {
    const state = fold(
      started({ cwd: "/a", title: "one" }),
      status("title", "two"),
      status("workspace", "/b"),
      status("source_path", "/n/1"),
      status("source_path", "/n/1"),
      status("provider_session_id", "native"),
      status("completeness", "partial"),
      status("completeness", "full"),
      status("title", { not: "text" }),
    );
    expect(state).toMatchObject({ title: "two", workspace: "/b", sourcePaths: ["/n/1"], providerSessionId: "native", completeness: "partial" });
  });

  it("is ended until a start, a message or a tool follows the end", () => {
    const atEnd = fold(started(), ended());
    expect(atEnd).toMatchObject({ ended: true, endedMs: minute(2) });
    const quiet: Line[] = [status("note", null), beat(), { type: "usage", input_tokens: 1, output_tokens: 1 }, { type: "stderr", message: "x" }];
    expect(fold(started(), ended(), ...quiet).ended).toBe(true);
    const loud = [started(), said("x"), answered("x"), { type: "reasoning", content: "x" }, called("a", null), { type: "tool_result", success: true }];
    for (const event of loud) expect(fold(started(), ended(), event)).toMatchObject({ ended: false, endedMs: null });
    expect(fold(started(), ended(), said("x"), ended())).toMatchObject({ ended: true, endedMs: minute(4) });
  });

  it("counts heartbeats for the status alone", () => {
    const state = fold(started(), beat());
    expect(state).toMatchObject({ events: 1, lines: 2, lastMs: minute(1), heartbeatMs: minute(2) });
  });

  it("compares times as instants, whatever their form, and keeps the greatest", () => {
    const state = fold(
      started({ ts: "2026-01-01T12:00:00.123456789+02:00" }),
      said("x", { ts: "2026-01-01T11:00:00Z" }),
      answered("x", { ts: "2026-01-01T10:30:00Z" }),
      answered("x", { ts: "yesterday" }),
    );
    expect(state.startedMs).toBe(Date.UTC(2026, 0, 1, 10, 0, 0, 123));
    expect(state.lastMs).toBe(Date.UTC(2026, 0, 1, 11));
  });

  it("counts messages and the model of the main agent only, tools and tokens of all", () => {
    const sub = { agent_id: "a1" };
    const state = fold(
      started({ model: "opus" }),
      said("task", sub),
      said("typed"),
      answered("x", { ...sub, model: "haiku" }),
      called("Read", {}, sub),
      { type: "usage", input_tokens: 7, output_tokens: 1, model: "haiku", ...sub },
    );
    expect(state).toMatchObject({ userMessages: 1, firstWords: "typed", model: "opus", toolCalls: 1, tokens: { input: 7, output: 1 } });
  });

  it("counts kinds that nobody knows, and survives fields of other types", () => {
    const state = fold(
      { type: "constructor" },
      { type: "from_the_future", data: 1 },
      started({ command: 5, cwd: [], source_paths: "no", title: 3 }),
      { type: "usage", input_tokens: "many", output_tokens: null },
      { type: "user_message", content: null },
      { type: "provider_status" },
    );
    expect(state).toMatchObject({ events: 6, command: null, workspace: null, title: null, tokens: { input: 0, output: 0 }, userMessages: 1 });
  });

  it("starts at the first line where the log has no session_started", () => {
    expect(fold(answered("x"), said("y"))).toMatchObject({ startedMs: minute(1), byProvider: false, backfilled: false });
  });
});
