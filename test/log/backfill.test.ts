import { appendFileSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runBackfill } from "../../src/log/backfill.js";
import type { BackfilledSession, HistoricalLogAdapter } from "../../src/log/live-adapter.js";
import { loadSessionIndex, rebuildSessionIndex } from "../../src/log/session-index.js";
import { sessionKey } from "../../src/log/session-metadata.js";
import { SessionLogWriter } from "../../src/log/writer.js";
import { logLines } from "../helpers/log-lines.js";
import { sessionMetadata } from "../helpers/session-metadata.js";
import { tempDir } from "../helpers/temp-dir.js";

function session(id: string, changes: Partial<BackfilledSession> = {}): BackfilledSession {
  return {
    metadata: sessionMetadata({ wrapperSessionId: id, providerSessionId: `p-${id}`, backfilled: true }),
    completeness: "partial",
    sourcePaths: [`/native/${id}.jsonl`],
    events: [
      ["backfill", { type: "session_started", command: "exec", cwd: "/work/space", resumed: false, backfilled: true }, { ts: "2026-01-01T00:00:00Z" }],
      ["backfill", { type: "user_message", role: "user", content: "hi" }, { ts: "2026-01-01T00:01:00Z" }],
    ],
    ...changes,
  };
}

const adapter = (...sessions: BackfilledSession[]): HistoricalLogAdapter => ({ backfill: () => sessions });
const failing = (error: unknown): HistoricalLogAdapter => ({
  backfill: () => {
    throw error;
  },
});
const logPath = (logsDir: string, id: string) => join(logsDir, "sessions", `${id}.jsonl`);
const stateOf = (logsDir: string) => JSON.parse(readFileSync(join(logsDir, "backfill_state.json"), "utf8")) as unknown;

test("`runBackfill()` writes each session with its events, its own times and its end", () => {
  const logsDir = tempDir();
  expect(runBackfill(logsDir, "/root", [adapter(session("a")), adapter(session("b"))])).toBe(2);
  expect(logLines(logPath(logsDir, "a"))).toMatchObject([
    { seq: 1, ts: "2026-01-01T00:00:00.000Z", source_kind: "backfill", completeness: "partial", provider_session_id: "p-a", type: "session_started", source_paths: ["/native/a.jsonl"] },
    { seq: 2, ts: "2026-01-01T00:01:00.000Z", type: "user_message" },
    { seq: 3, ts: "2026-01-01T00:01:00.000Z", source_kind: "wrapper", type: "session_ended", success: true, error: null },
  ]);
  expect(loadSessionIndex(logsDir).sessions).toEqual([
    {
      wrapper_session_id: "a",
      provider: "acme",
      provider_session_id: "p-a",
      log_path: logPath(logsDir, "a"),
      completeness: "partial",
      started_at: "2026-01-01T00:00:00.000Z",
      ended_at: "2026-01-01T00:01:00.000Z",
      workspace_path: "/work/space",
      command: "exec",
      source_paths: ["/native/a.jsonl"],
      backfilled: true,
    },
    expect.objectContaining({ wrapper_session_id: "b" }),
  ]);
  expect(rebuildSessionIndex(logsDir)).toEqual(loadSessionIndex(logsDir));
});

test("Adapters are asked for the sessions of the root", () => {
  const roots: (string | null)[] = [];
  const asked: HistoricalLogAdapter = { backfill: (root) => (roots.push(root), []) };
  runBackfill(tempDir(), "/root", [asked]);
  runBackfill(tempDir(), null, [asked]);
  expect(roots).toEqual(["/root", null]);
});

test("Version and keys are all that the state holds, and a second run does nothing", () => {
  const logsDir = tempDir();
  expect(runBackfill(logsDir, null, [adapter(session("a"))])).toBe(1);
  expect(stateOf(logsDir)).toEqual({ version: 1, imported_session_keys: ["acme:p-a"] });
  expect(runBackfill(logsDir, null, [adapter(session("b")), failing(new Error("never called"))])).toBe(0);
  expect(readdirSync(join(logsDir, "sessions"))).toEqual(["a.jsonl"]);
});

test("A run without sessions is done too", () => {
  const logsDir = tempDir();
  expect(runBackfill(logsDir, null, [])).toBe(0);
  expect(stateOf(logsDir)).toEqual({ version: 1, imported_session_keys: [] });
});

test("Sessions whose key is known are passed over; of several with one key the first counts", () => {
  const logsDir = tempDir();
  writeFileSync(join(logsDir, "backfill_state.json"), '{"imported_session_keys":["acme:p-a"]}');
  const twin = session("c", { metadata: sessionMetadata({ wrapperSessionId: "c", providerSessionId: "p-b" }) });
  expect(runBackfill(logsDir, null, [adapter(session("a"), session("b"), twin)])).toBe(1);
  expect(readdirSync(join(logsDir, "sessions"))).toEqual(["b.jsonl"]);
  expect(stateOf(logsDir)).toEqual({ version: 1, imported_session_keys: ["acme:p-a", "acme:p-b"] });
});

test("The key of a session is its provider's id, else ours", () => {
  expect(sessionKey(sessionMetadata({ providerSessionId: "p" }))).toBe("acme:p");
  expect(sessionKey(sessionMetadata())).toBe("acme:w-1");
});

test("A failing adapter and a session that cannot be written are reported, the rest is imported, and a later run tries again", () => {
  const logsDir = tempDir();
  const failures: unknown[] = [];
  const warnings: string[] = [];
  const options = { onFailure: (failure: unknown) => failures.push(failure), onWarning: (message: string) => warnings.push(message) };
  const bad = session("bad", { metadata: sessionMetadata({ wrapperSessionId: "no/path" }) });
  function* lazily() {
    yield session("a");
    yield bad;
    yield session("b");
    throw new Error("recorded text");
  }
  const lazy: HistoricalLogAdapter = { backfill: lazily };
  expect(runBackfill(logsDir, null, [failing(new Error("unreadable")), lazy, adapter(session("c"))], options)).toBe(3);
  expect(failures).toEqual([
    { error: expect.objectContaining({ message: "unreadable" }) as unknown },
    { sessionKey: "acme:no/path", error: expect.objectContaining({ code: "INVALID_ARGUMENT" }) as unknown },
    { error: expect.objectContaining({ message: "recorded text" }) as unknown },
  ]);
  expect(warnings.join()).not.toContain("recorded text");
  expect(stateOf(logsDir)).toEqual({ version: 0, imported_session_keys: ["acme:p-a", "acme:p-b", "acme:p-c"] });
  expect(runBackfill(logsDir, null, [adapter(session("a"), session("d"))])).toBe(1);
  expect(stateOf(logsDir)).toMatchObject({ version: 1 });
  expect(logLines(logPath(logsDir, "a"))).toHaveLength(3);
});

test("A session with an event of another shape is left out as a whole", () => {
  const logsDir = tempDir();
  const events = [["backfill", { type: "stderr" }]] as unknown as BackfilledSession["events"];
  const failures: unknown[] = [];
  expect(runBackfill(logsDir, null, [adapter(session("a", { events }))], { onFailure: (failure) => failures.push(failure) })).toBe(0);
  expect(failures).toMatchObject([{ error: { code: "INVALID_EVENT" } }]);
  expect(loadSessionIndex(logsDir).sessions).toEqual([]);
});

test("A backfill that was killed before it kept its state writes nothing twice", () => {
  const logsDir = tempDir();
  runBackfill(logsDir, null, [adapter(session("a"))]);
  rmSync(join(logsDir, "backfill_state.json"));
  rmSync(join(logsDir, "index.json"));
  expect(runBackfill(logsDir, null, [adapter(session("a"), session("b"))])).toBe(1);
  expect(logLines(logPath(logsDir, "a"))).toHaveLength(3);
  expect(loadSessionIndex(logsDir).sessions.map((entry) => entry.wrapper_session_id)).toEqual(["a", "b"]);
});

test("A session that has a log of another origin goes on there", () => {
  const logsDir = tempDir();
  SessionLogWriter.create(logsDir, sessionMetadata({ wrapperSessionId: "a" })).emit("wrapper", { type: "stderr", message: "x" });
  expect(runBackfill(logsDir, null, [adapter(session("a"))])).toBe(1);
  expect(logLines(logPath(logsDir, "a")).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
});

test("A corrupt state is moved aside, rebuilt as the keys of the logs there are, and reported", () => {
  const logsDir = tempDir();
  runBackfill(logsDir, null, [adapter(session("a"))]);
  SessionLogWriter.create(logsDir, sessionMetadata({ wrapperSessionId: "own" })).emit("wrapper", { type: "stderr", message: "x" });
  appendFileSync(join(logsDir, "backfill_state.json"), "]");
  const warnings: string[] = [];
  expect(runBackfill(logsDir, null, [adapter(session("a"), session("b"))], { onWarning: (message) => warnings.push(message) })).toBe(1);
  expect(stateOf(logsDir)).toEqual({ version: 1, imported_session_keys: ["acme:p-a", "acme:own", "acme:p-b"] });
  expect(warnings).toEqual([expect.stringContaining("backfill_state.json.corrupt-")]);
});

test("Many sessions cost one index write a batch", () => {
  const logsDir = tempDir();
  const writes = new Set<number>();
  const look = () => {
    const stats = statSync(join(logsDir, "index.json"), { throwIfNoEntry: false, bigint: true });
    if (stats) writes.add(Number(stats.mtimeNs));
  };
  function* many() {
    for (let n = 0; n < 450; n += 1) {
      look();
      yield session(`s-${n}`);
    }
  }
  expect(runBackfill(logsDir, null, [{ backfill: many }])).toBe(450);
  look();
  expect(writes.size).toBe(3);
  expect(loadSessionIndex(logsDir).sessions).toHaveLength(450);
});

test("`runBackfill()` says nothing again that the log holds by its origin, and ends the session", () => {
  const logsDir = tempDir();
  const [start, prompt] = session("a").events;
  if (!start || !prompt) throw new Error("the session has no events");
  const origins = [[start[0], start[1], { ...start[2], origin: "r1/0" }], [prompt[0], prompt[1], { ...prompt[2], origin: "r2/0" }]] as const;
  const writer = SessionLogWriter.create(logsDir, session("a").metadata);
  writer.addSourcePath("/native/a.jsonl");
  for (const nth of [1, 2, 2]) {
    const [source, kind, extras] = origins[nth - 1] ?? origins[0];
    expect(writer.emit(source, kind, extras)).toBe(nth);
  }
  writer.close();
  expect(runBackfill(logsDir, null, [adapter(session("a", { events: origins }))])).toBe(1);
  expect(logLines(logPath(logsDir, "a")).map(({ type }) => type)).toEqual(["session_started", "user_message", "session_ended"]);
});
