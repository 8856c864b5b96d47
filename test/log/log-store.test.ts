import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { loadGlobalIndex } from "../../src/log/global-index.js";
import { Home } from "../../src/log/home.js";
import { LogStore, type LogStoreOptions } from "../../src/log/log-store.js";
import { loadSessionIndex } from "../../src/log/session-index.js";
import { SessionLogs, type SessionLogsOptions } from "../../src/log/session-logs.js";
import type { StartSession } from "../../src/schema/ports.js";
import { logLines } from "../helpers/log-lines.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";
import { ended, message, started, status } from "./drafts.js";

interface Opened {
  dir: string;
  store: LogStore;
  logs: SessionLogs;
  warnings: string[];
}

function openStore(dir = tempDir(), options: LogStoreOptions & SessionLogsOptions = {}): Opened {
  const warnings: string[] = [];
  const logs = new SessionLogs(new Home({ dir: join(dir, "home") }), options);
  const store = new LogStore(logs, { onWarning: (text) => warnings.push(text), ...options });
  onTestFinished(() => store.shutdown("test over"));
  return { dir, store, logs, warnings };
}

const request: StartSession = { provider: "acme", command: "mcp", workspacePath: null, resumed: false };
const withCode = (code: string) => expect.objectContaining({ code });
const typesOf = (path: string) => logLines(path).map(({ type }) => type);

describe("LogStore.start()", () => {
  it("makes a log with session_started and prompt, in the folder of its workspace's root, and both index entries", async () => {
    const { dir, store, warnings } = openStore();
    const workspacePath = join(dir, "repo", "src");
    mkdirSync(workspacePath, { recursive: true });
    mkdirSync(join(dir, "repo", ".git"));
    const session = await store.start({ ...request, workspacePath, model: "m1", title: "T", parentSessionId: "p", providerSessionId: "native", prompt: "do it" });
    expect(session).toMatchObject({ resumed: false, nextSeq: 3 });
    expect(session.sessionId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    const [first, second] = logLines(session.logPath);
    expect(first).toMatchObject({ seq: 1, ts: session.startedAt, provider_session_id: "native", source_kind: "wrapper", type: "session_started", command: "mcp", model: "m1", cwd: workspacePath, resumed: false, backfilled: false, parent_session_id: "p", title: "T" });
    expect(second).toMatchObject({ seq: 2, type: "user_message", role: "user", content: "do it" });
    const logsDir = join(session.logPath, "..", "..");
    expect(logsDir.startsWith(join(dir, "home", "projects"))).toBe(true);
    expect(loadSessionIndex(logsDir).sessions).toMatchObject([
      { wrapper_session_id: session.sessionId, provider: "acme", provider_session_id: "native", started_at: session.startedAt, ended_at: null, workspace_path: workspacePath, command: "mcp", log_path: session.logPath },
    ]);
    await store.shutdown("over");
    expect(loadGlobalIndex(join(dir, "home")).sessions).toMatchObject([{ session_id: session.sessionId, log_path: session.logPath, started_at: session.startedAt }]);
    expect(warnings).toEqual([]);
  });

  it("rebuilds a corrupt index of all sessions from a logs folder of the user's own", async () => {
    const dir = tempDir();
    const openIn = (): LogStore => new LogStore(new SessionLogs(new Home({ dir: join(dir, "home"), userLogDir: join(dir, "mine") })));
    const first = openIn();
    await first.start({ ...request, sessionId: "s1" });
    await first.shutdown("over");
    writeFileSync(join(dir, "home", "sessions_index.json"), "{ broken");
    const second = openIn();
    await second.start({ ...request, sessionId: "s2" });
    await second.shutdown("over");
    expect(loadGlobalIndex(join(dir, "home")).sessions.map(({ session_id }) => session_id)).toEqual(["s1", "s2"]);
  });

  it("puts right a log_path in the index that is no longer true", async () => {
    const { store } = openStore();
    const { logPath } = await store.start({ ...request, sessionId: "s1" });
    const index = join(logPath, "..", "..", "index.json");
    writeFileSync(index, readFileSync(index, "utf8").replace(logPath, "/moved/s1.jsonl"));
    await store.end("s1", { success: true });
    expect(loadSessionIndex(join(index, "..")).sessions).toMatchObject([{ log_path: logPath, ended_at: expect.any(String) as string }]);
  });

  it("writes no blank prompt", async () => {
    const { store } = openStore();
    const { logPath, nextSeq } = await store.start({ ...request, sessionId: "s1", prompt: " \n" });
    expect([typesOf(logPath), nextSeq]).toEqual([["session_started"], 2]);
  });

  it("refuses an id that exists, in whatever case, unless it is resumed: then the log goes on where it lies", async () => {
    const { dir, store } = openStore();
    const { logPath } = await store.start({ ...request, sessionId: "s1" });
    await store.end("s1", { success: true });
    await expect(store.start({ ...request, sessionId: "S1" })).rejects.toThrow(withCode("SESSION_EXISTS"));
    const again = await store.start({ ...request, sessionId: "S1", resumed: true, workspacePath: dir, providerSessionId: "native2" });
    expect(again).toMatchObject({ sessionId: "s1", resumed: true, nextSeq: 4, logPath });
    expect(logLines(logPath).at(-1)).toMatchObject({ type: "session_started", resumed: true, provider_session_id: "native2" });
    expect(loadSessionIndex(join(logPath, "..", "..")).sessions).toMatchObject([{ provider_session_id: "native2" }]);
  });

  it("makes a new log where what is to be resumed is unknown", async () => {
    const { store } = openStore();
    expect(await store.start({ ...request, sessionId: "unknown", resumed: true })).toMatchObject({ sessionId: "unknown", resumed: false, nextSeq: 2 });
    expect((await store.start({ ...request, resumed: true })).resumed).toBe(false);
  });

  it("refuses what cannot name a session or a provider, before anything is made", async () => {
    const { dir, store } = openStore();
    await expect(store.start({ ...request, sessionId: "../x" })).rejects.toThrow(withCode("INVALID_ARGUMENT"));
    await expect(store.start({ ...request, provider: "Not A Name" })).rejects.toThrow(withCode("INVALID_ARGUMENT"));
    expect(new Home({ dir: join(dir, "home") }).allLogsDirs()).toEqual([]);
  });

  it("lets one of several that start the same id at one time have it", async () => {
    const dir = tempDir();
    const stores = [openStore(dir), openStore(dir), openStore(dir)];
    const outcomes = await Promise.allSettled(stores.map(({ store }) => store.start({ ...request, sessionId: "s1" })));
    expect(outcomes.map(({ status: outcome }) => outcome).sort()).toEqual(["fulfilled", "rejected", "rejected"]);
    expect(typesOf(join(dir, "home", "logs", "sessions", "s1.jsonl"))).toEqual(["session_started"]);
  });
});

describe("LogStore.append() and end()", () => {
  it("append until the session is ended, and end it once", async () => {
    const { store } = openStore();
    const { logPath } = await store.start({ ...request, sessionId: "s1" });
    expect(await store.append("S1", [message("a", { key: "k" }), message("a", { key: "k" })])).toEqual({ sessionId: "s1", seqs: [2, 2], repeated: 1 });
    const end = await store.end("s1", { success: false, error: "broke", result: "half" });
    expect(end).toMatchObject({ lastSeq: 4, alreadyEnded: false });
    expect(logLines(logPath).slice(2)).toMatchObject([
      { type: "session_result", result: "half" },
      { type: "session_ended", success: false, error: "broke", ts: end.endedAt },
    ]);
    expect(await store.end("s1", { success: true })).toEqual({ ...end, alreadyEnded: true });
    expect(loadSessionIndex(join(logPath, "..", "..")).sessions[0]?.ended_at).toBe(end.endedAt);
    await expect(store.append("s1", [message("late")])).rejects.toMatchObject({ code: "SESSION_ENDED", message: expect.stringContaining("resumed: true") });
    expect(logLines(logPath)).toHaveLength(4);
    await store.start({ ...request, sessionId: "s1", resumed: true });
    expect(await store.append("s1", [message("on")])).toEqual({ sessionId: "s1", seqs: [6], repeated: 0 });
  });

  it("go to where the log is that was removed from its place while it was open, or tell that it is nowhere", async () => {
    const { dir, store } = openStore();
    const { logPath } = await store.start({ ...request, sessionId: "s1" });
    await store.append("s1", [message("a")]);
    const moved = Home.logPath(join(dir, "home", "projects", "p", "logs"), "s1");
    mkdirSync(dirname(moved), { recursive: true });
    copyFileSync(logPath, moved);
    rmSync(logPath);
    expect(await store.append("s1", [message("b")])).toEqual({ sessionId: "s1", seqs: [3], repeated: 0 });
    expect(typesOf(moved)).toEqual(["session_started", "user_message", "user_message"]);
    rmSync(moved);
    for (const text of ["c", "d"]) await expect(store.append("s1", [message(text)])).rejects.toThrow(withCode("SESSION_NOT_FOUND"));
    expect([logPath, moved].map((path) => existsSync(path))).toEqual([false, false]);
  });

  it("know no session that has no log", async () => {
    const { store } = openStore();
    await expect(store.append("none", [message("a")])).rejects.toThrow(withCode("SESSION_NOT_FOUND"));
    await expect(store.end("none", { success: true })).rejects.toThrow(withCode("SESSION_NOT_FOUND"));
    for (const read of [() => store.forward("none", -1), () => store.backward("none", Infinity), () => store.lastSeq("none"), () => store.watch("none", () => undefined)]) {
      expect(read).toThrow(withCode("SESSION_NOT_FOUND"));
    }
  });

  it("let a session that a provider writes be annotated at any time, and not ended", async () => {
    const { store, logs } = openStore();
    logs.create("imported", { provider: "claude", providerSessionId: "imported" }, logs.home.logsDirFor(null));
    logs.append("imported", [started({ origin: "r1/start" }), ended()]);
    expect((await store.append("imported", [message("note")])).seqs).toEqual([3]);
    await expect(store.end("imported", { success: true })).rejects.toMatchObject({ code: "INVALID_ARGUMENT", message: expect.stringContaining("annotated, not ended") });
  });

  it("go on after an end that only a shutdown wrote, and replace it", async () => {
    const dir = tempDir();
    const first = openStore(dir);
    await first.store.start({ ...request, sessionId: "s1" });
    await first.store.shutdown("stdin closed");
    const { store } = openStore(dir);
    expect((await store.append("s1", [status("note")])).seqs).toEqual([4]);
    expect((await store.end("s1", { success: true })).alreadyEnded).toBe(false);
    expect((await store.end("s1", { success: true })).alreadyEnded).toBe(true);
  });

  it("write nothing where they may not", async () => {
    const dir = tempDir();
    await openStore(dir).store.start({ ...request, sessionId: "s1" });
    const { store } = openStore(dir, { readOnly: true });
    await expect(store.start(request)).rejects.toMatchObject({ code: "READ_ONLY", message: expect.stringContaining("--read-only") });
    await expect(store.append("s1", [message("a")])).rejects.toThrow(withCode("READ_ONLY"));
    await expect(store.end("s1", { success: true })).rejects.toThrow(withCode("READ_ONLY"));
    expect(store.lastSeq("s1")).toBe(1);
  });

  it("say that an index could not be written, and keep the events", async () => {
    const { dir, store, warnings } = openStore();
    mkdirSync(join(dir, "home", "logs", "index.json"), { recursive: true });
    const { logPath } = await store.start({ ...request, sessionId: "s1" });
    expect(typesOf(logPath)).toEqual(["session_started"]);
    expect(warnings.join()).toContain("a folder stands there");
  });
});

describe("LogStore.forward(), backward() and lastSeq()", () => {
  it("read a session by its seqs", async () => {
    const { store } = openStore(tempDir(), { seqOffset: () => 0 });
    const { logPath } = await store.start({ ...request, sessionId: "s1" });
    await store.append("s1", Array.from({ length: 9 }, (_, n) => message(String(n))));
    expect([...store.forward("S1", 8)].map(({ seq }) => seq)).toEqual([9, 10]);
    expect([...store.backward("s1", 3)].map(({ seq }) => seq)).toEqual([2, 1]);
    expect([...store.forward("s1", -1)].map(({ raw }) => raw).join("\n")).toBe(readFileSync(logPath, "utf8").trimEnd());
    expect(store.lastSeq("s1")).toBe(10);
  });
});

describe("LogStore.watch()", () => {
  it("tells at once of what this process appends, and soon of what others do, until it is ended", async () => {
    const dir = tempDir();
    const { store } = openStore(dir);
    const other = openStore(dir);
    await store.start({ ...request, sessionId: "s1" });
    let calls = 0;
    const end = store.watch("s1", () => (calls += 1));
    await store.append("s1", [message("own")]);
    expect(calls).toBe(1);
    await waitFor("the event of that append, or a sweep", () => calls > 1);
    const before = calls;
    await other.store.append("s1", [message("foreign")]);
    await waitFor("the other's append", () => calls > before);
    end();
    const after = calls;
    await store.append("s1", [message("unseen")]);
    expect(calls).toBe(after);
  });
});

describe("LogStore.shutdown()", () => {
  it("ends what this process started and nobody ended, and says why", async () => {
    const dir = tempDir();
    const { store, logs } = openStore(dir);
    const other = openStore(dir);
    const open = await store.start({ ...request, sessionId: "open" });
    const done = await store.start({ ...request, sessionId: "done" });
    const ours = await store.start({ ...request, sessionId: "ended-by-other" });
    const theirs = await other.store.start({ ...request, sessionId: "theirs" });
    logs.create("imported", { provider: "claude", providerSessionId: null }, logs.home.logsDirFor(null));
    logs.append("imported", [started({ origin: "r1/start" })]);
    const imported = await store.start({ ...request, sessionId: "imported", resumed: true });
    await store.end("done", { success: true });
    await other.store.end("ended-by-other", { success: true });
    await store.shutdown("stdin closed");
    await store.shutdown("again");
    expect(logLines(open.logPath).slice(1)).toMatchObject([
      { type: "provider_status", message: "stdin closed" },
      { type: "session_ended", success: true, error: null, synthetic: true },
    ]);
    expect(loadSessionIndex(join(open.logPath, "..", "..")).sessions.find((entry) => entry.wrapper_session_id === "open")?.ended_at).not.toBeNull();
    for (const { logPath } of [done, ours]) expect(typesOf(logPath)).toEqual(["session_started", "session_ended"]);
    expect(typesOf(theirs.logPath)).toEqual(["session_started"]);
    expect(typesOf(imported.logPath)).toEqual(["session_started", "session_started"]);
    await expect(store.append("open", [message("a")])).rejects.toThrow(withCode("LOG_CLOSED"));
  });
});
