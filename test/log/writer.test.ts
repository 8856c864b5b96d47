import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadGlobalIndex } from "../../src/log/global-index.js";
import { loadSessionIndex, rebuildSessionIndex } from "../../src/log/session-index.js";
import { SessionLogWriter } from "../../src/log/writer.js";
import type { AgentLogEvent } from "../../src/schema/event.js";
import { logLines } from "../helpers/log-lines.js";
import { sessionMetadata } from "../helpers/session-metadata.js";
import { tempDir } from "../helpers/temp-dir.js";

const started = { type: "session_started", command: "exec", resumed: false, backfilled: false } as const;

function newWriter(changes = {}, logsDir = tempDir()) {
  const writer = SessionLogWriter.create(logsDir, sessionMetadata(changes));
  return { logsDir, writer, path: writer.logPath(), entry: () => loadSessionIndex(logsDir).sessions[0] };
}

test("`SessionLogWriter.create()` makes an empty log and an index entry, for its owner only", () => {
  const { logsDir, path, entry } = newWriter({ providerSessionId: "p-1" });
  expect(path).toBe(join(logsDir, "sessions", "w-1.jsonl"));
  expect(readFileSync(path, "utf8")).toBe("");
  expect(entry()).toEqual({
    wrapper_session_id: "w-1",
    provider: "acme",
    provider_session_id: "p-1",
    log_path: path,
    completeness: "full",
    started_at: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    ended_at: null,
    workspace_path: "/work/space",
    command: "exec",
    source_paths: [],
    backfilled: false,
  });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(join(logsDir, "index.json")).mode & 0o777).toBe(0o600);
  expect(statSync(join(logsDir, "sessions")).mode & 0o777).toBe(0o700);
});

test("`index.json` is written with two spaces and the fields in the order of the format", () => {
  const { logsDir } = newWriter();
  const text = readFileSync(join(logsDir, "index.json"), "utf8");
  expect(text.startsWith('{\n  "sessions": [\n    {\n      "wrapper_session_id": "w-1",\n      "provider": "acme",\n      "provider_session_id": null,\n      "log_path":')).toBe(true);
  expect(text.endsWith('"source_paths": [],\n      "backfilled": false\n    }\n  ]\n}')).toBe(true);
});

test("`SessionLogWriter.create()` refuses an id that cannot name a log", () => {
  expect(() => newWriter({ wrapperSessionId: "../x" })).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
});

test("`emit()` writes one line with all fields in order and unknown options as null", () => {
  const { writer, path } = newWriter();
  expect(writer.emit("stdout", { type: "user_message", role: "user", content: "hi ☃" })).toBe(1);
  expect(writer.emit("wrapper", { type: "tool_call", tool_name: "Bash" }, { ts: "2026-01-05T10:11:12.5+01:00", agent_id: "a1" })).toBe(2);
  const [first, second] = logLines(path);
  expect(Object.entries(first ?? {})).toEqual([
    ["seq", 1],
    ["ts", expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)],
    ["provider", "acme"],
    ["wrapper_session_id", "w-1"],
    ["provider_session_id", null],
    ["source_kind", "stdout"],
    ["completeness", "full"],
    ["type", "user_message"],
    ["role", "user"],
    ["content", "hi ☃"],
    ["message_id", null],
  ]);
  expect(second).toMatchObject({ seq: 2, ts: "2026-01-05T09:11:12.500Z", tool_id: null, input: null, agent_id: "a1" });
  expect(second).not.toHaveProperty("tool_kind");
});

test("`emit()` refuses an event of another shape, names its field and writes nothing", () => {
  const { writer, path } = newWriter();
  const wrong = { type: "user_message", role: "user", content: 5 } as unknown as { type: "user_message"; role: string; content: string };
  expect(() => writer.emit("wrapper", wrong)).toThrow(expect.objectContaining({ code: "INVALID_EVENT", message: expect.stringContaining("content") as string }));
  expect(readFileSync(path, "utf8")).toBe("");
});

test("`emit()` with a key that the log holds answers the earlier seq and calls nobody back", () => {
  const { writer, path } = newWriter();
  const seen: number[] = [];
  writer.setEventCallback((event) => seen.push(event.seq));
  expect(writer.emit("wrapper", { type: "stderr", message: "a" }, { key: "k" })).toBe(1);
  expect(writer.emit("wrapper", { type: "stderr", message: "b" })).toBe(2);
  expect(writer.emit("wrapper", { type: "stderr", message: "a" }, { key: "k" })).toBe(1);
  expect(logLines(path)).toHaveLength(2);
  expect(seen).toEqual([1, 2]);
});

test("A callback sees each event after its line is written, may emit in turn, and is gone once cleared", () => {
  const { writer, path } = newWriter();
  const seen: [number, number][] = [];
  writer.setEventCallback((event: AgentLogEvent) => {
    seen.push([event.seq, logLines(path).length]);
    if (event.seq === 1) writer.emit("wrapper", { type: "stderr", message: "from the callback" });
  });
  writer.emit("wrapper", started);
  writer.clearEventCallback();
  writer.emit("wrapper", { type: "stderr", message: "unseen" });
  expect(seen).toEqual([[1, 1], [2, 2]]);
  expect(logLines(path).map(({ seq }) => seq)).toEqual([1, 2, 3]);
});

test("A callback that throws costs no event and no index entry", () => {
  const { writer, path, entry } = newWriter();
  writer.setEventCallback(() => {
    throw new RangeError("of the callback");
  });
  expect(() => writer.finish(true)).toThrow("of the callback");
  expect(logLines(path)).toHaveLength(1);
  expect(entry()?.ended_at).toBe(logLines(path)[0]?.["ts"]);
});

test("`setProviderSessionId()` shows in the index at once and on later lines", () => {
  const { writer, path, entry } = newWriter();
  writer.emit("wrapper", started);
  writer.setProviderSessionId("p-2");
  expect(writer.getProviderSessionId()).toBe("p-2");
  expect(entry()?.provider_session_id).toBe("p-2");
  writer.emit("wrapper", { type: "stderr", message: "x" });
  writer.setProviderSessionId(null);
  expect(entry()?.provider_session_id).toBeNull();
  writer.emit("wrapper", { type: "stderr", message: "y" });
  expect(logLines(path).map((line) => [line["type"], line["provider_session_id"]])).toEqual([
    ["session_started", null],
    ["provider_status", "p-2"],
    ["stderr", "p-2"],
    ["provider_status", null],
    ["stderr", null],
  ]);
});

test("An id that was taken away stays away when the log is finished and goes on", () => {
  const { writer, path } = newWriter({ providerSessionId: "p-1" });
  writer.emit("wrapper", started);
  writer.setProviderSessionId(null);
  writer.finish(true);
  writer.emit("wrapper", { type: "stderr", message: "later" });
  expect(logLines(path).at(-1)).toMatchObject({ message: "later", provider_session_id: null });
});

test("Completeness only falls, in the index and on later lines", () => {
  const { writer, path, entry } = newWriter();
  writer.emit("wrapper", started);
  writer.setCompleteness("partial");
  writer.setCompleteness("full");
  expect(entry()?.completeness).toBe("partial");
  writer.setCompleteness("metadata_only");
  writer.setCompleteness("partial");
  writer.emit("wrapper", { type: "stderr", message: "x" });
  expect(entry()?.completeness).toBe("metadata_only");
  expect(logLines(path).map(({ completeness, data }) => [completeness, data])).toEqual([
    ["full", undefined],
    ["partial", "partial"],
    ["metadata_only", "metadata_only"],
    ["metadata_only", undefined],
  ]);
});

test("What is set before the first line needs no line of its own", () => {
  const { writer, path, entry } = newWriter();
  writer.setProviderSessionId("p-1");
  writer.setCompleteness("partial");
  writer.addSourcePath("/native/a.jsonl");
  writer.addSourcePath("/native/a.jsonl");
  writer.addSourcePath("/native/b.jsonl");
  expect(entry()).toMatchObject({ provider_session_id: "p-1", completeness: "partial", source_paths: ["/native/a.jsonl", "/native/b.jsonl"] });
  writer.emit("wrapper", started);
  expect(logLines(path)).toEqual([expect.objectContaining({ provider_session_id: "p-1", completeness: "partial", source_paths: ["/native/a.jsonl", "/native/b.jsonl"] })]);
});

test("Native files named before a first line that is no `session_started` follow it as lines", () => {
  const { writer, path } = newWriter();
  writer.addSourcePath("/native/a.jsonl");
  expect(writer.emit("wrapper", { type: "stderr", message: "x" })).toBe(1);
  expect(logLines(path).map(({ type, message, data }) => [type, message, data])).toEqual([
    ["stderr", "x", undefined],
    ["provider_status", "source_path", "/native/a.jsonl"],
  ]);
});

test("A native file named later is a line, once", () => {
  const { logsDir, writer, path, entry } = newWriter();
  writer.emit("wrapper", started);
  writer.addSourcePath("/native/a.jsonl");
  writer.addSourcePath("/native/a.jsonl");
  SessionLogWriter.create(logsDir, sessionMetadata()).addSourcePath("/native/a.jsonl");
  expect(entry()?.source_paths).toEqual(["/native/a.jsonl"]);
  expect(logLines(path)).toHaveLength(2);
});

test("`finish()` writes `session_ended` and its time into the index", () => {
  const { writer, path, entry } = newWriter();
  writer.emit("wrapper", started);
  writer.finish(false, "broken");
  const lines = logLines(path);
  expect(lines[1]).toMatchObject({ seq: 2, type: "session_ended", source_kind: "wrapper", success: false, error: "broken" });
  expect(entry()).toMatchObject({ started_at: lines[0]?.["ts"], ended_at: lines[1]?.["ts"] });
  writer.finish(true);
  expect(logLines(path)[2]).toMatchObject({ success: true, error: null });
});

test("The logs alone give back the index that a writer kept", () => {
  const { logsDir, writer } = newWriter();
  writer.addSourcePath("/native/a.jsonl");
  writer.emit("wrapper", { ...started, cwd: "/work/space" }, { ts: "2026-01-01T00:00:00Z" });
  writer.setProviderSessionId("p-9");
  writer.addSourcePath("/native/b.jsonl");
  writer.setCompleteness("partial");
  writer.finish(true);
  expect(loadSessionIndex(logsDir).sessions[0]?.started_at).toBe("2026-01-01T00:00:00.000Z");
  expect(rebuildSessionIndex(logsDir)).toEqual(loadSessionIndex(logsDir));
});

test("A log that goes on keeps its id, folder, completeness and start where the caller gives nothing", () => {
  const { logsDir, writer, entry } = newWriter({ providerSessionId: "p-1" });
  writer.setCompleteness("partial");
  writer.emit("wrapper", started);
  const before = entry();
  const again = SessionLogWriter.create(logsDir, sessionMetadata({ workspacePath: null, command: "again", resumed: true }));
  expect(again.getProviderSessionId()).toBe("p-1");
  expect(entry()).toEqual({ ...before, command: "again" });
  expect(again.emit("wrapper", { type: "stderr", message: "x" })).toBe(2);
  expect(logLines(again.logPath())[1]).toMatchObject({ provider_session_id: "p-1", completeness: "partial" });
});

test("A log that goes on takes the id that the caller gives", () => {
  const { logsDir, writer, entry } = newWriter({ providerSessionId: "p-1" });
  writer.emit("wrapper", started);
  const again = SessionLogWriter.create(logsDir, sessionMetadata({ providerSessionId: "p-2", workspacePath: "/elsewhere" }));
  expect(entry()).toMatchObject({ provider_session_id: "p-2", workspace_path: "/elsewhere" });
  again.emit("wrapper", { type: "stderr", message: "x" });
  expect(logLines(again.logPath())[1]).toMatchObject({ provider_session_id: "p-2" });
});

test("An id is the same session whatever the case of its letters", () => {
  const { logsDir, writer } = newWriter({ wrapperSessionId: "Ab-1" });
  writer.emit("wrapper", started);
  const again = SessionLogWriter.create(logsDir, sessionMetadata({ wrapperSessionId: "aB-1" }));
  again.emit("wrapper", { type: "stderr", message: "x" });
  expect(again.logPath()).toBe(writer.logPath());
  expect(logLines(writer.logPath()).map((line) => line["wrapper_session_id"])).toEqual(["Ab-1", "Ab-1"]);
});

test("Two writers of one log give out no seq twice", () => {
  const { logsDir, writer } = newWriter();
  const other = SessionLogWriter.create(logsDir, sessionMetadata());
  for (let n = 0; n < 5; n += 1) {
    writer.emit("wrapper", { type: "stderr", message: "a" });
    other.emit("wrapper", { type: "stderr", message: "b" });
  }
  expect(logLines(writer.logPath()).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test("A log of another program goes on behind its greatest seq, and its index entry comes from its lines", () => {
  const logsDir = tempDir();
  const path = newWriter({ wrapperSessionId: "other" }, logsDir).path;
  const head = '"ts":"2026-01-05T10:11:12.123456789+00:00","provider":"acme","wrapper_session_id":"w-1","provider_session_id":"p-1","source_kind":"wrapper","completeness":"full"';
  const lines = [
    `{"seq":0,${head},"type":"user_message","role":"user","content":"x","message_id":null}`,
    `{"seq":7,${head},"type":"usage_limit_hit","provider":"acme","scope":"5h","fallback_used":false,"incident_id":"i-1"}`,
    `{"seq":7,${head},"type":"stderr","message":"y"}`,
  ];
  writeFileSync(path.replace("other", "w-1"), lines.map((line) => `${line}\n`).join(""));
  const writer = SessionLogWriter.create(logsDir, sessionMetadata());
  expect(writer.getProviderSessionId()).toBe("p-1");
  expect(writer.emit("wrapper", { type: "stderr", message: "z" })).toBe(8);
  expect(loadSessionIndex(logsDir).sessions[1]).toMatchObject({ wrapper_session_id: "w-1", started_at: "2026-01-05T10:11:12.123456789+00:00" });
});

test("`setGlobalIndexDir()` puts the session into `sessions_index.json`, and later changes update it", () => {
  const home = tempDir();
  const { writer } = newWriter({}, join(home, "projects", "work-space", "logs"));
  writer.setGlobalIndexDir(home);
  writer.emit("wrapper", started, { ts: "2026-01-01T00:00:00Z" });
  expect(loadGlobalIndex(home).sessions).toEqual([
    { session_id: "w-1", project: "work-space", log_path: writer.logPath(), provider: "acme", started_at: "2026-01-01T00:00:00.000Z" },
  ]);
});

test("A global index that cannot be written is a warning and costs no event", () => {
  const home = tempDir();
  const warnings: string[] = [];
  const writer = SessionLogWriter.create(join(home, "logs"), sessionMetadata(), { onWarning: (message) => warnings.push(message) });
  writeFileSync(join(home, "file"), "");
  writer.setGlobalIndexDir(join(home, "file", "below"));
  expect(writer.emit("wrapper", started)).toBe(1);
  expect(warnings[0]).toContain("sessions_index.json");
});

test("An index that cannot be written once the event is, is a warning: the event is told of, and given its seq", () => {
  const logsDir = tempDir();
  const warnings: string[] = [];
  const writer = SessionLogWriter.create(logsDir, sessionMetadata(), { onWarning: (message) => warnings.push(message) });
  const told: number[] = [];
  writer.setEventCallback(({ seq }) => told.push(seq));
  rmSync(join(logsDir, "index.json"));
  mkdirSync(join(logsDir, "index.json"));
  expect(writer.emit("wrapper", started)).toBe(1);
  writer.finish(true);
  expect(told).toEqual([1, 2]);
  expect(warnings).toHaveLength(2);
});

test("After `close()` every method that writes throws `LOG_CLOSED`", () => {
  const { writer, path } = newWriter();
  writer.emit("wrapper", started);
  writer.close();
  writer.close();
  const calls: (() => unknown)[] = [
    () => writer.emit("wrapper", { type: "stderr", message: "x" }),
    () => writer.finish(true),
    () => writer.setProviderSessionId("p-1"),
    () => writer.setCompleteness("partial"),
    () => writer.addSourcePath("/a"),
    () => writer.setGlobalIndexDir(tempDir()),
  ];
  for (const call of calls) expect(call).toThrow(expect.objectContaining({ code: "LOG_CLOSED" }));
  expect(logLines(path)).toHaveLength(1);
});

test("`SessionLogWriter.emit()` takes no source and no extras that a line cannot have", () => {
  const { writer, path } = newWriter();
  const stderr = { type: "stderr", message: "m" } as const;
  expect(() => writer.emit("elsewhere" as "wrapper", stderr)).toThrow(expect.objectContaining({ code: "INVALID_EVENT", message: expect.stringContaining("source_kind") as string }));
  expect(() => writer.emit("wrapper", stderr, { agent_id: 5 } as object)).toThrow(expect.objectContaining({ code: "INVALID_EVENT", message: expect.stringContaining("agent_id") as string }));
  expect(writer.emit("wrapper", stderr, { seq: 99, provider: "else" } as object)).toBe(1);
  expect(logLines(path)).toMatchObject([{ seq: 1, provider: "acme" }]);
  writer.close();
});
