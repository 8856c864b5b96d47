import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { claude } from "../../../src/providers/claude/claude.js";
import type { NativeFile } from "../../../src/providers/provider.js";
import { tempDir } from "../../helpers/temp-dir.js";

const session = "0a1b2c3d-4e5f-4061-8071-2a3b4c5d6e7f";
const linux = (homeDir: string, variables: Record<string, string> = {}) => ({ homeDir, variables, platform: "linux" as const });

describe("claude.roots()", () => {
  test("gives the two default folders, and those of Cowork runs that are there", () => {
    const home = tempDir();
    const cowork = join(home, ".config", "Claude", "local-agent-mode-sessions", "org", "run", ".claude");
    mkdirSync(join(cowork, "projects"), { recursive: true });
    expect(claude.roots(linux(home))).toEqual([join(home, ".claude"), join(home, ".config", "claude"), cowork]);
  });

  test("follows CLAUDE_CONFIG_DIR, a list with commas and a leading ~ included", () => {
    const home = tempDir();
    expect(claude.roots(linux(home, { CLAUDE_CONFIG_DIR: "~/one, /two" }))).toEqual([join(home, "one"), "/two"]);
    expect(claude.roots(linux(home, { CLAUDE_CONFIG_DIR: "" }))).toContain(join(home, ".claude"));
  });

  test("follows XDG_CONFIG_HOME for the second default folder", () => {
    const home = tempDir();
    expect(claude.roots(linux(home, { XDG_CONFIG_HOME: "/xdg" }))).toEqual([join(home, ".claude"), join("/xdg", "claude")]);
  });

  test("looks for Cowork runs where macOS keeps them", () => {
    const home = tempDir();
    const cowork = join(home, "Library", "Application Support", "Claude", "local-agent-mode-sessions", "a", ".claude");
    mkdirSync(cowork, { recursive: true });
    expect(claude.roots({ homeDir: home, variables: {}, platform: "darwin" })).toContain(cowork);
  });
});

describe("claude.classify()", () => {
  test.each([
    [`projects/-w/${session}.jsonl`, { role: "main", nativeSessionId: session, outputDir: `/r/projects/-w/${session}/tool-results` }],
    ["projects/-w/ses_small.jsonl", { role: "main", nativeSessionId: "ses_small" }],
    ["projects/-w/agent-a9614d3.jsonl", { role: "agent", agentId: "a9614d3", nativeSessionId: "" }],
    [
      `projects/-w/${session}/subagents/agent-a0.jsonl`,
      { role: "agent", agentId: "a0", nativeSessionId: session, companionPaths: { meta: `/r/projects/-w/${session}/subagents/agent-a0.meta.json` } },
    ],
    [`projects/-w/${session}/subagents/workflows/wf/agent-a1.jsonl`, { role: "agent", agentId: "a1", nativeSessionId: session }],
    [`projects/-w/${session}/subagents/workflows/wf/journal.jsonl`, { role: "journal", nativeSessionId: session }],
  ])("knows %s", (path, expected) => {
    expect(claude.classify("/r", path)).toMatchObject({ provider: "claude", path: `/r/${path}`, ...expected });
  });

  test.each([
    "history.jsonl",
    "settings.json",
    ".credentials.json",
    "sessions/13111.json",
    "sessions/13111.83cfcaebfadcc5c5.key",
    "projects/-w/memory/notes.jsonl",
    `projects/-w/${session}/tool-results/b1.txt`,
    `projects/-w/${session}/subagents/agent-a0.meta.json`,
    `projects/-w/${session}/subagents/journal.jsonl`,
    `projects/-w/${session}/subagents/other.jsonl`,
    "projects/-w/../../x.jsonl",
    "projects/x.jsonl",
  ])("leaves %s alone", (path) => {
    expect(claude.classify("/r", path)).toBeUndefined();
  });
});

describe("process files", () => {
  test("are known by their pid, and never the key beside them", () => {
    expect(claude.isProcessFile?.("sessions/13111.json")).toBe(true);
    expect(claude.isProcessFile?.("sessions/13111.83cfcaeb.key")).toBe(false);
    expect(claude.isProcessFile?.("sessions/x/13111.json")).toBe(false);
  });

  test("give pid, session, folder and start", () => {
    const text = '{"pid":7,"sessionId":"s","cwd":"/w","startedAt":1795367797945,"status":"busy"}';
    expect(claude.parseProcess?.(text, "sessions/7.json")).toEqual({ pid: 7, nativeSessionId: "s", cwd: "/w", startedAtMs: 1795367797945 });
  });

  test.each(["", '{"pid":7,"sess', '{"pid":"7","sessionId":"s"}', '{"pid":-1,"sessionId":"s"}', "[]", '{"pid":7}'])("give nothing for %j", (text) => {
    expect(claude.parseProcess?.(text, "sessions/7.json")).toBeUndefined();
  });
});

describe("claude.head()", () => {
  const file: NativeFile = { path: "/r/projects/-w/s.jsonl", provider: "claude", nativeSessionId: "s", role: "main" };
  const head = (bytes: Buffer) => claude.head(bytes, file, {});
  const line = (record: object) => `${JSON.stringify(record)}\n`;

  test("gives start, folder and session of a new file, half lines passed over", () => {
    const text = line({ type: "mode" }) + line({ parentUuid: null, sessionId: "s", cwd: "/w", timestamp: "2026-03-02T09:00:01.000Z" }) + '{"type":"us';
    expect(head(Buffer.from(text))).toEqual({ startedAt: "2026-03-02T09:00:01.000Z", cwd: "/w", nativeSessionId: "s", continues: false });
  });

  test("tells that a file begins inside a chain of another one", () => {
    expect(head(Buffer.from(line({ parentUuid: "x", sessionId: "s" })))).toMatchObject({ continues: true });
  });

  test("tells that records were copied from another session", () => {
    const fork = line({ parentUuid: null, sessionId: "new", session_id: "old" });
    expect(head(Buffer.from(fork))).toMatchObject({ continues: true, nativeSessionId: "new" });
  });

  test("says nothing of an empty file", () => {
    expect(head(Buffer.alloc(0))).toEqual({ continues: false });
  });
});
