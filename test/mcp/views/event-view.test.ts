import { describe, expect, it } from "vitest";
import { maskSecrets } from "../../../src/mask/mask-secrets.js";
import { eventText } from "../../../src/mcp/views/event-text.js";
import { eventBody, eventView, isPause } from "../../../src/mcp/views/event-view.js";
import { logLine } from "../../helpers/lines-in-memory.js";

const plain = (text: string) => text;
const textOf = (fields: Record<string, unknown>) => eventText(logLine(1, fields).event, plain);

function viewOf(fields: Record<string, unknown>, { maxChars = 1000, showTime = false, call }: { maxChars?: number; showTime?: boolean; call?: { seq: number; tool: string } } = {}) {
  const { event } = logLine(7, fields);
  return eventView(event, eventBody(event, { mask: plain, maxChars }), { call, showTime });
}

describe("eventText()", () => {
  it.each([
    [{ type: "user_message", role: "user", content: "fix it" }, "fix it"],
    [{ type: "assistant_message", content: "done", model: "m" }, "done"],
    [{ type: "reasoning", content: "hm" }, "hm"],
    [{ type: "stderr", message: "oops" }, "oops"],
    [{ type: "parse_warning", message: "bad line", raw: "{" }, "bad line"],
    [{ type: "provider_status", message: "compact", data: null }, "compact"],
    [{ type: "provider_status", message: "title", data: "Importer" }, "title Importer"],
    [{ type: "user_event", level: "info", message: "note", data: { n: 1 } }, 'note {"n":1}'],
    [{ type: "session_result", result: "merged" }, "merged"],
  ])("says content, message or result of %j", (fields, text) => expect(textOf(fields)).toBe(text));

  it.each([
    [{ command: "npm test", description: "run" }, "npm test"],
    [{ description: "read", file_path: "/a.ts" }, "/a.ts"],
    [{ path: "/src", pattern: "TODO" }, "/src"],
    [{ pattern: "TODO", glob: "*" }, "TODO"],
    [{ command: ["bash", "-lc", "ls"] }, "bash -lc ls"],
    [{ url: "https://example.org" }, "https://example.org"],
    [{ subject: 1 }, '{"subject":1}'],
    ["*** Begin Patch", "*** Begin Patch"],
    [{ command: "" }, '{"command":""}'],
    [{}, ""],
    [null, ""],
  ])("says the telling argument of a call with input %j", (input, text) => {
    expect(textOf({ type: "tool_call", tool_name: "T", input })).toBe(text);
  });

  it.each([
    [{ output: "ok", error: null }, "ok"],
    [{ output: null, error: "ENOENT" }, "ENOENT"],
    [{ output: "1 failed", error: "exit 1" }, "1 failed\nexit 1"],
    [{ output: "it said exit 1", error: "exit 1" }, "it said exit 1"],
    [{ output: null, error: null, data: { exit: 0 } }, '{"exit":0}'],
    [{ output: "gauge offline", error: null, success: true, data: { exit_code: 3 } }, "exit code 3\ngauge offline"],
    [{ output: "killed", error: "killed", data: { exit_code: -1 } }, "exit code -1\nkilled"],
    [{ output: "Exit code 3\ngauge offline", error: null, data: { exit_code: 3 } }, "Exit code 3\ngauge offline"],
    [{ output: "x\n<shellId: 0 completed with exit code 3>", error: null, data: { exit_code: 3 } }, "x\n<shellId: 0 completed with exit code 3>"],
    [{ output: `${"x".repeat(500)}\nexit code 3`, error: null, data: { exit_code: 3 } }, `exit code 3\n${"x".repeat(500)}\nexit code 3`],
    [{ output: "exit code 31", error: null, data: { exit_code: 3 } }, "exit code 3\nexit code 31"],
    [{ output: "fine", error: null, data: { exit_code: 0 } }, "fine"],
    [{ output: "fine", error: null, data: { exit_code: "3" } }, "fine"],
    [{ output: "", error: null, data: null }, ""],
  ])("says what a result holds: %j", (fields, text) => expect(textOf({ type: "tool_result", ...fields })).toBe(text));

  it("says usage in words", () => {
    expect(textOf({ type: "usage", input_tokens: 1200, output_tokens: 80, cache_read_tokens: 900 })).toBe("in 1200 out 80 cached 900");
    expect(textOf({ type: "usage", input_tokens: 1, output_tokens: 2 })).toBe("in 1 out 2");
  });

  it("says the fields of all other kinds as JSON, without what is null or in the head", () => {
    expect(textOf({ type: "session_ended", success: true, error: null, origin: "x/1" })).toBe('{"success":true}');
    expect(textOf({ type: "kind_of_tomorrow", a: [1], key: "k" })).toBe('{"a":[1]}');
    expect(textOf({ type: "permission", tool_name: "Bash", description: "rm", granted: false })).toBe('{"tool_name":"Bash","description":"rm","granted":false}');
  });

  it("masks inside of JSON and of plain text", () => {
    const secret = `ghp_${"a1B2".repeat(9)}`;
    const event = (fields: Record<string, unknown>) => eventText(logLine(1, fields).event, maskSecrets);
    expect(event({ type: "user_message", content: `use ${secret}` })).not.toContain(secret);
    expect(event({ type: "tool_call", tool_name: "X", input: { header: { token: secret } } })).not.toContain(secret);
  });
});

describe("eventView()", () => {
  it("keeps the order of the fields and leaves out what says nothing", () => {
    const call = { seq: 3, tool: "Bash" };
    const view = viewOf({ type: "tool_result", tool_name: null, success: false, output: "abcdef", agent_id: "a1" }, { call, maxChars: 4, showTime: true });
    expect(JSON.stringify(view)).toBe(
      '{"seq":7,"type":"tool_result","tool":"Bash","of":3,"ok":false,"agent":"a1","ts":"2026-01-05T10:00:07Z","cut":2,"text":"abcd"}',
    );
    expect(viewOf({ type: "tool_result", tool_name: null, success: true, output: "" })).toEqual({ seq: 7, type: "tool_result" });
  });

  it("masks before it cuts", () => {
    const { event } = logLine(1, { type: "user_message", content: "my SECRET is here" });
    const body = eventBody(event, { mask: (text) => text.replace("SECRET", "[secret:x]"), maxChars: 8 });
    expect(body).toEqual({ text: "my [secr", cut: 13 });
  });

  it("splits no code point and counts code points", () => {
    expect(viewOf({ type: "user_message", content: "a😀b😀c" }, { maxChars: 2 })).toMatchObject({ text: "a😀", cut: 3 });
  });

  it("says a time that cannot be read as it was written", () => {
    expect(viewOf({ type: "user_message", content: "x", ts: "yesterday" }, { showTime: true }).ts).toBe("yesterday");
  });
});

describe("isPause()", () => {
  it("is true for the first event and for a step of a minute in either direction", () => {
    expect(isPause(undefined, "2026-01-05T10:00:00Z")).toBe(true);
    expect(isPause("2026-01-05T10:00:00Z", "2026-01-05T10:00:59.999Z")).toBe(false);
    expect(isPause("2026-01-05T10:00:00Z", "2026-01-05T10:01:00Z")).toBe(true);
    expect(isPause("2026-01-05T10:05:00+00:00", "2026-01-05T12:00:00+02:00")).toBe(true);
  });
});
