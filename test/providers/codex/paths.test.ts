import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { codex } from "../../../src/providers/codex/codex.js";
import type { NativeFile } from "../../../src/providers/provider.js";

const thread = "019c8584-3f51-7383-a692-d783f9cf974a";
const linux = (variables: Record<string, string> = {}) => ({ homeDir: "/home/ada", variables, platform: "linux" as const });

describe("codex.roots()", () => {
  test("gives ~/.codex where CODEX_HOME is not set, or empty", () => {
    expect(codex.roots(linux())).toEqual([join("/home/ada", ".codex")]);
    expect(codex.roots(linux({ CODEX_HOME: " " }))).toEqual([join("/home/ada", ".codex")]);
  });

  test("follows CODEX_HOME, a list with commas and a leading ~ included, and nothing beside it", () => {
    expect(codex.roots(linux({ CODEX_HOME: "~/one, /two,/two" }))).toEqual([join("/home/ada", "one"), "/two"]);
    expect(codex.roots(linux({ CODEX_HOME: "relative" }))).toEqual([]);
  });
});

describe("codex.classify()", () => {
  test.each([
    [`sessions/2026/02/22/rollout-2026-02-22T22-22-42-${thread}.jsonl`, {}],
    [`sessions/2026/02/22/rollout-2026-02-22T22-22-42-${thread}.jsonl.zst`, { compression: "zstd" }],
    [`archived_sessions/rollout-2026-02-22T22-22-42-${thread}.jsonl`, {}],
    [`archived_sessions/2026/02/22/rollout-2026-02-22T22-22-42-${thread}.jsonl.zst`, { compression: "zstd" }],
    [`sessions/2026/02/22/${thread}_2.jsonl`, {}],
    [`sessions/rollout-2025-06-01-${thread}.json`, { format: "document" }],
  ])("knows %s", (path, expected) => {
    expect(codex.classify("/r", path)).toEqual({ provider: "codex", role: "main", nativeSessionId: "", path: join("/r", path), ...expected });
  });

  test.each([
    "auth.json",
    "config.toml",
    "history.jsonl",
    "session_index.jsonl",
    "log/codex-tui.log",
    "sessions/2026/02/22/notes.jsonl",
    "sessions/2026/02/22/rollout-x.json",
    "sessions/2026/rollout-x.jsonl",
    "sessions/../auth.json",
    "sessions/2026/02/22/../rollout-x.jsonl",
    ".tmp/rollout-compression.lock",
  ])("does not open %s", (path) => {
    expect(codex.classify("/r", path)).toBeUndefined();
  });

  test("enters the folders of dates, and no others", () => {
    const entered = ["sessions", "sessions/2026", "sessions/2026/02", "sessions/2026/02/22", "archived_sessions", "archived_sessions/2026"];
    for (const path of entered) expect(codex.entersFolder?.(path), path).toBe(true);
    for (const path of ["sessions/tmp", "sessions/2026/02/22/x", "log", "sessions/20"]) expect(codex.entersFolder?.(path), path).toBe(false);
  });
});

const fileOf = (path: string): NativeFile => codex.classify("/r", path) ?? expect.fail(`no rollout: ${path}`);
const rollout = fileOf(`sessions/2026/02/22/rollout-2026-02-22T22-22-42-${thread}.jsonl`);
const line = (type: string, payload: object, timestamp = "2026-02-22T13:26:23.104Z") => `${JSON.stringify({ timestamp, type, payload })}\n`;

describe("codex.head()", () => {
  const meta = { session_id: "root-thread", id: "own-thread", cwd: "/work", timestamp: "2026-02-22T13:22:42.641Z" };

  test("tells the id of the first session_meta, not its session_id, nor that of a later one, nor the file name's", () => {
    const bytes = Buffer.from(line("session_meta", meta) + line("session_meta", { id: "parent", cwd: "/old" }));
    expect(codex.head(bytes, rollout, {})).toEqual({ nativeSessionId: "own-thread", cwd: "/work", startedAt: "2026-02-22T13:26:23.104Z", continues: false, isChild: false });
  });

  test("finds id and folder in a first line that is longer than what was read", () => {
    const long = line("session_meta", { ...meta, cwd: "/with \"quotes\"", base_instructions: { text: '{"id":"of the text"}'.repeat(9000) } });
    const head = codex.head(Buffer.from(long).subarray(0, 64 * 1024), rollout, {});
    expect(head).toEqual({ nativeSessionId: "own-thread", cwd: '/with "quotes"', startedAt: "2026-02-22T13:26:23.104Z", continues: false, isChild: false });
  });

  test("takes the id of the file name where the first line cannot be read", () => {
    expect(codex.head(Buffer.from('{"timestamp":"2026-0\n'), rollout, {}).nativeSessionId).toBe(thread);
    expect(codex.head(Buffer.from("garbage\n"), fileOf(`sessions/2026/02/22/${thread}_2.jsonl`), {}).nativeSessionId).toBe(thread);
  });

  test("tells no session while the first line is on its way", () => {
    for (const text of ["", '{"timestamp":"2026-0']) expect(codex.head(Buffer.from(text), rollout, {}).nativeSessionId).toBeUndefined();
  });

  test.each([
    { parent_thread_id: "p" },
    { source: { subagent: { thread_spawn: { parent_thread_id: "p", depth: 1 } } } },
    { source: { subagent: "review" } },
  ])("tells that another thread spawned it: %j", (fields) => {
    const whole = Buffer.from(line("session_meta", { ...meta, ...fields }));
    const long = Buffer.from(line("session_meta", { ...meta, ...fields, base_instructions: { text: "x".repeat(70_000) } })).subarray(0, 64 * 1024);
    expect(codex.head(whole, rollout, {})).toMatchObject({ nativeSessionId: "own-thread", isChild: true });
    expect(codex.head(long, rollout, {})).toMatchObject({ nativeSessionId: "own-thread", isChild: true });
  });

  test("reads the header of the bare era, and the folder in its environment text", () => {
    const environment = { type: "message", role: "user", content: [{ type: "input_text", text: "<environment_context>\n  <cwd>/work</cwd>\n</environment_context>" }] };
    const bytes = Buffer.from(`{"id":"bare","timestamp":"2025-09-10T18:58:38.331Z","instructions":null}\r\n{"record_type":"state"}\r\n${JSON.stringify(environment)}\r\n`);
    expect(codex.head(bytes, rollout, {})).toEqual({ nativeSessionId: "bare", cwd: "/work", startedAt: "2025-09-10T18:58:38.331Z", continues: false, isChild: false });
  });

  test("reads a document", () => {
    const bytes = Buffer.from(JSON.stringify({ session: { id: "ts-1", timestamp: "2025-06-01T09:00:00.000Z" }, items: [] }));
    const head = codex.head(bytes, fileOf("sessions/rollout-2025-06-01-x.json"), {});
    expect(head).toEqual({ nativeSessionId: "ts-1", startedAt: "2025-06-01T09:00:00.000Z", continues: false, isChild: false });
  });
});
