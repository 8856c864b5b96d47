import { describe, expect, test } from "vitest";
import { copilot } from "../../../src/providers/copilot/copilot.js";
import type { NativeFile, SideFile } from "../../../src/providers/provider.js";

function fileAt(path: string): NativeFile {
  const file = copilot.classify("/r", path);
  if (!file) throw new Error(`No native file: ${path}`);
  return file;
}

const id = "7c9e6679-7425-40de-944b-e07fc1f90ae7";
const linux = (variables: Record<string, string> = {}) => ({ homeDir: "/home/u", variables, platform: "linux" as const });

describe("copilot.roots()", () => {
  test.each([
    [{}, ["/home/u/.copilot"]],
    [{ COPILOT_HOME: "/c" }, ["/c"]],
    [{ COPILOT_HOME: "~/c", XDG_STATE_HOME: "/state", XDG_CONFIG_HOME: "/config" }, ["/home/u/c", "/state/.copilot", "/config/.copilot"]],
    [{ COPILOT_HOME: "", XDG_STATE_HOME: "", XDG_CONFIG_HOME: "relative" }, ["/home/u/.copilot"]],
    [{ XDG_STATE_HOME: "/home/u" }, ["/home/u/.copilot"]],
  ])("gives for %j %j", (variables, roots) => {
    expect(copilot.roots(linux(variables))).toEqual(roots);
  });
});

describe("copilot.classify()", () => {
  test("knows the folder, the flat file and the object before them", () => {
    const companionPaths = { workspace: `/r/session-state/${id}/workspace.yaml` };
    expect(copilot.classify("/r", `session-state/${id}/events.jsonl`)).toEqual({ path: `/r/session-state/${id}/events.jsonl`, provider: "copilot", nativeSessionId: id, role: "main", companionPaths });
    expect(copilot.classify("/r", "session-state/user-123-task-456.jsonl")).toEqual({ path: "/r/session-state/user-123-task-456.jsonl", provider: "copilot", nativeSessionId: "user-123-task-456", role: "main" });
    const history = `history-session-state/session_${id}_1760187292206.json`;
    expect(copilot.classify("/r", history)).toEqual({ path: `/r/${history}`, provider: "copilot", nativeSessionId: id, role: "main", format: "document" });
  });

  test.each([
    "config.json", "session-store.db", "logs/process-1-2.log", "events.jsonl", `session-state/${id}/plan.md`, `session-state/${id}/session.db`,
    `session-state/${id}/checkpoints/index.md`, `session-state/${id}/files/events.jsonl`, `session-state/${id}/workspace.yaml`, `session-state/${id}/inuse.1.lock`,
    `session-state/.session-operation-locks/${id}.lock`, "session-state/.hidden.jsonl", "session-state/.hidden/events.jsonl", "session-state/../events.jsonl",
    "history-session-state/other.json", "history-session-state/session_x.json", "history-session-state/deep/session_x_1.json",
  ])("leaves %s alone", (path) => {
    expect(copilot.classify("/r", path)).toBeUndefined();
  });

  test("enters the folders of sessions and nothing in them", () => {
    const enters = (path: string) => copilot.entersFolder?.(path);
    expect(["session-state", "history-session-state", `session-state/${id}`].map(enters)).toEqual([true, true, true]);
    const pruned = ["session-state/.session-operation-locks", `session-state/${id}/checkpoints`, `session-state/${id}/rewind-file-snapshots/backups`, "history-session-state/x", "logs"];
    expect(pruned.map(enters)).toEqual(pruned.map(() => false));
  });
});

describe("process files of Copilot", () => {
  const path = `session-state/${id}/inuse.2924.lock`;

  test("are the locks, and not what is held beside them", () => {
    const paths = [path, `session-state/${id}/inuse.2924.hold`, `session-state/${id}/.workspace-fork.lock`, `session-state/.x/inuse.1.lock`, "inuse.1.lock"];
    expect(paths.map((name) => copilot.isProcessFile?.(name))).toEqual([true, false, false, false, false]);
  });

  test("give the pid and the session of their folder", () => {
    for (const text of ["2924", "2924\n"]) expect(copilot.parseProcess?.(text, path)).toEqual({ pid: 2924, nativeSessionId: id });
  });

  test.each(["", "29", "29240", "{}", "-2924"])("give nothing for %j", (text) => {
    expect(copilot.parseProcess?.(text, path)).toBeUndefined();
  });

  test("give nothing for a pid that can be none", () => {
    expect(copilot.parseProcess?.("0", `session-state/${id}/inuse.0.lock`)).toBeUndefined();
  });
});

describe("titles of Copilot", () => {
  const side = copilot.classifySide?.("/r", `session-state/${id}/workspace.yaml`) as SideFile;
  const parse = (text: string) => copilot.parseSide?.(side, { text });

  test("lie in the workspace.yaml of a session", () => {
    expect(side).toEqual({ path: `/r/session-state/${id}/workspace.yaml`, relativePath: `session-state/${id}/workspace.yaml`, reads: { as: "text" } });
    for (const path of ["workspace.yaml", `session-state/${id}/files/workspace.yaml`, "session-state/.x/workspace.yaml"]) expect(copilot.classifySide?.("/r", path)).toBeUndefined();
  });

  test("are the name, else the summary, said once by their value", () => {
    const first = parse("name: 'It: is'\nsummary: Old\nupdated_at: 2026-11-22T17:19:39.440Z\n");
    expect(first).toEqual([{ nativeSessionId: id, origin: expect.stringMatching(/^workspace:[0-9a-f]{12}\/title$/), kind: { type: "provider_status", message: "title", data: "It: is" }, ts: "2026-11-22T17:19:39.440Z" }]);
    expect(parse("name: \"It: is\"\ncreated_at: 2026-11-22T17:19:39.218Z\n")?.[0]?.origin).toBe(first?.[0]?.origin);
    expect(parse("summary: Old\n")).toMatchObject([{ kind: { data: "Old" } }]);
    expect(parse("summary: New\n")?.[0]?.origin).not.toBe(parse("summary: Old\n")?.[0]?.origin);
  });

  test("are bounded, and may be missing", () => {
    expect(JSON.stringify(parse(`name: ${"x".repeat(9000)}`)).length).toBeLessThan(800);
    expect(parse("id: x\nname: ''\n")).toEqual([]);
    expect(copilot.parseSide?.(side, { rows: [] })).toBeUndefined();
  });
});

describe("copilot.head()", () => {
  const file = fileAt(`session-state/${id}/events.jsonl`);
  const flat = fileAt(`session-state/${id}.jsonl`);
  const line = (type: string, data: object, more: object = {}) => `${JSON.stringify({ type, data, timestamp: "2026-03-02T09:00:01.000Z", ...more })}\n`;
  const head = (text: string, companions = {}, of = file) => copilot.head(Buffer.from(text), of, companions);

  test("gives start, folder and session", () => {
    const text = line("session.start", { sessionId: id, context: { cwd: "/w" } }) + '{"type":"us';
    expect(head(text)).toEqual({ startedAt: "2026-03-02T09:00:01.000Z", cwd: "/w", nativeSessionId: id, continues: false });
  });

  test("takes the folder from workspace.yaml, or from the folder that was trusted", () => {
    expect(head(line("session.start", { sessionId: id }), { workspace: "cwd: /y\n" })).toMatchObject({ cwd: "/y" });
    const trusted = line("session.info", { infoType: "folder_trust", message: "Folder C:\\w has been added to trusted folders." });
    expect(head(line("session.start", { sessionId: id }) + trusted, {}, flat)).toMatchObject({ cwd: "C:\\w" });
    expect(head(line("session.start", { sessionId: id }), {}, flat)).not.toHaveProperty("cwd");
  });

  test("tells that a log is a copy of another session's", () => {
    expect(head(line("session.start", { sessionId: "other" }))).toMatchObject({ continues: true, nativeSessionId: "other" });
  });

  test("passes over a system prompt that is longer than what it gets", () => {
    expect(head(`${line("session.start", { sessionId: id })}{"type":"system.message","data":{"content":"${"x".repeat(60_000)}`)).toMatchObject({ nativeSessionId: id, continues: false });
  });

  test("reads the object before event logs, and nothing of a broken one", () => {
    const history = fileAt(`history-session-state/session_${id}_1.json`);
    expect(head(JSON.stringify({ sessionId: id, startTime: "2025-10-11T12:54:52.206Z" }), {}, history)).toEqual({ continues: false, startedAt: "2025-10-11T12:54:52.206Z", nativeSessionId: id });
    for (const text of ["", "{", "[]", '{"startTime":7}']) expect(head(text, {}, history)).toEqual({ continues: false });
    expect(head("")).toEqual({ continues: false });
  });
});
