import { describe, expect, test } from "vitest";
import { parseResourceUri } from "../../../src/mcp/resources/uri.js";

function codeOf(uri: string): unknown {
  try {
    return parseResourceUri(uri);
  } catch (error) {
    return (error as { code: number }).code;
  }
}

describe("parseResourceUri()", () => {
  test.each([
    ["session-log:///sessions", { kind: "sessions" }],
    ["session-log:/sessions", { kind: "sessions" }],
    ["SESSION-LOG:///sessions?", { kind: "sessions" }],
    ["session-log:///live", { kind: "live" }],
    ["session-log:///live/claude.jsonl", { kind: "live-lines", provider: "claude" }],
    ["session-log:///live/my.own-1.jsonl", { kind: "live-lines", provider: "my.own-1" }],
    ["session-log:///sessions/Ab.1_c-d", { kind: "session", sessionId: "Ab.1_c-d" }],
    ["session-log:///sessions/%61b%63", { kind: "session", sessionId: "abc" }],
    ["session-log:///sessions/abc/transcript.md", { kind: "transcript", sessionId: "abc" }],
    ["session-log:///sessions/abc/events.jsonl", { kind: "events", sessionId: "abc" }],
    ["session-log:///sessions/abc%2Fevents.jsonl", { kind: "events", sessionId: "abc" }],
    ["session-log:///sessions/abc/events.jsonl?after_seq=-1", { kind: "events", sessionId: "abc", afterSeq: -1 }],
    ["session-log:///sessions/abc/events.jsonl?limit=1000", { kind: "events", sessionId: "abc", limit: 1000 }],
    ["session-log:///sessions/abc/events.jsonl?limit=5&after_seq=7", { kind: "events", sessionId: "abc", afterSeq: 7, limit: 5 }],
    ["session-log:///sessions/abc/events.jsonl?after_seq%3D7%26limit%3D5", { kind: "events", sessionId: "abc", afterSeq: 7, limit: 5 }],
  ])("reads %s", (uri, ref) => {
    expect(parseResourceUri(uri)).toEqual(ref);
  });

  test.each([
    "",
    "sessions",
    "file:///etc/passwd",
    "session-log://host/sessions",
    "session-log:///",
    "session-log:///sessions/",
    "session-log:///sessions/a/b",
    "session-log:///sessions/abc/events.json",
    "session-log:///sessions#x",
    "session-log:///live/claude",
  ])("does not know %s", (uri) => {
    expect(codeOf(uri)).toBe(-32002);
  });

  test.each([
    "session-log:///sessions/%zz",
    "session-log:///sessions/%2e%2e",
    "session-log:///sessions/a%00b",
    "session-log:///sessions/latest",
    "session-log:///sessions/nul",
    "session-log:///live/UPPER.jsonl",
    "session-log:///sessions?limit=5",
    "session-log:///sessions/abc?limit=5",
    "session-log:///sessions/abc/events.jsonl?limit=0",
    "session-log:///sessions/abc/events.jsonl?limit=1001",
    "session-log:///sessions/abc/events.jsonl?limit=5x",
    "session-log:///sessions/abc/events.jsonl?limit=",
    "session-log:///sessions/abc/events.jsonl?limit=1e2",
    "session-log:///sessions/abc/events.jsonl?after_seq=-2",
    "session-log:///sessions/abc/events.jsonl?after_seq=1&after_seq=2",
    "session-log:///sessions/abc/events.jsonl?before=1",
    "session-log:///sessions/abc/events.jsonl?limit=%zz",
  ])("finds the parameter of %s malformed", (uri) => {
    expect(codeOf(uri)).toBe(-32602);
  });

  test("a path that climbs out of the sessions is never a session", () => {
    expect(codeOf("session-log:///sessions/%2e%2e%2fother")).toBe(-32002);
    expect(codeOf("session-log:///sessions/..%2f..%2fetc/events.jsonl")).toBe(-32002);
  });
});
