import { describe, expect, it } from "vitest";
import { isEnded } from "../../../src/mcp/views/session-end.js";
import { sessionHeading, sessionView, shrinkSession } from "../../../src/mcp/views/session-view.js";
import { jsonBytes } from "../../../src/mcp/views/shrink.js";
import type { SessionFull } from "../../../src/schema/session.js";
import { linesInMemory, logLine } from "../../helpers/lines-in-memory.js";

const session: SessionFull = {
  session_id: "0a1b2c3d-1111",
  title: "use SECRET now",
  provider: "claude",
  status: "live",
  last: "2026-01-05T10:00:00.000Z",
  workspace: "/w",
  events: 4,
  user_messages: 1,
  tool_calls: 0,
  tool_errors: 0,
  completeness: "full",
  backfilled: false,
  source_paths: [],
  log_path: "/h/logs/sessions/0a1b2c3d-1111.jsonl",
  events_uri: "session-log:///sessions/0a1b2c3d-1111/events.jsonl",
};
const mask = (text: string) => text.replace("SECRET", "[secret:x]");

describe("sessionView()", () => {
  it("has the fields of a list, masked and without what is unknown", () => {
    expect(sessionView(session, { detail: "brief", mask })).toEqual({
      session_id: "0a1b2c3d-1111",
      title: "use [secret:x] now",
      provider: "claude",
      status: "live",
      last: "2026-01-05T10:00:00.000Z",
      workspace: "/w",
      events: 4,
    });
  });

  it("has all fields in full, none of them null or empty", () => {
    const view = sessionView({ ...session, model: "" }, { detail: "full", mask });
    expect(view).toMatchObject({ user_messages: 1, backfilled: false, log_path: session.log_path });
    expect(Object.keys(view)).not.toContain("source_paths");
    expect(Object.keys(view)).not.toContain("model");
  });

  it("masks a title before it cuts it", () => {
    const long = { ...session, title: `${"t".repeat(115)}SECRET` };
    expect(sessionHeading(long, mask).title).toBe(`${"t".repeat(115)}[secr`);
    expect(sessionView(long, { detail: "brief", mask })["title"]).toBe(`${"t".repeat(115)}[secr`);
  });
});

describe("shrinkSession()", () => {
  it("gives up source paths first, and keeps the rest whole", () => {
    const view = sessionView({ ...session, source_paths: Array.from({ length: 500 }, (_, n) => `/p/${n}.jsonl`) }, { detail: "full", mask });
    const shrunk = shrinkSession(view, 1500);
    expect(jsonBytes(shrunk)).toBeLessThanOrEqual(1500);
    expect((shrunk["source_paths"] as string[])[0]).toBe("/p/0.jsonl");
    expect(shrunk["log_path"]).toBe(session.log_path);
  });

  it("keeps times whole, and ids, paths and addresses whole or not at all", () => {
    const long = { ...session, provider_session_id: "q".repeat(250), command: "😀".repeat(2000), title: "t".repeat(900), log_path: `/${"h".repeat(300)}` };
    const shrunk = shrinkSession(sessionView(long, { detail: "full", mask }), 900);
    expect(jsonBytes(shrunk)).toBeLessThanOrEqual(900);
    expect(shrunk["last"]).toBe(session.last);
    for (const field of ["provider_session_id", "log_path", "events_uri"] as const) expect([undefined, long[field]]).toContain(shrunk[field]);
  });
});

describe("isEnded()", () => {
  const ended = (...types: string[]) => isEnded(linesInMemory(types.map((type, seq) => logLine(seq, { type }))).backward("s", Infinity));

  it("is true where nothing that says «it goes on» stands after the last end", () => {
    expect(ended("session_started", "session_ended", "provider_status", "usage", "heartbeat")).toBe(true);
  });

  it("is false before an end, and after one that was followed by more", () => {
    expect(ended()).toBe(false);
    expect(ended("session_started", "user_message")).toBe(false);
    for (const type of ["session_started", "user_message", "assistant_message", "reasoning", "tool_call", "tool_result"]) {
      expect(ended("session_ended", type)).toBe(false);
    }
  });
});
