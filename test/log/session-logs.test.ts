import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { Home } from "../../src/log/home.js";
import { SessionLogs, type LogAppend, type SessionLogsOptions } from "../../src/log/session-logs.js";
import { tempDir } from "../helpers/temp-dir.js";
import { message } from "./drafts.js";

const identity = { provider: "acme", providerSessionId: null };

function sessionLogs(dir = tempDir(), options: SessionLogsOptions = {}): SessionLogs {
  const logs = new SessionLogs(new Home({ dir }), options);
  onTestFinished(() => logs.close());
  return logs;
}

describe("SessionLogs.append()", () => {
  it("makes no log anew that was removed while it was open here", () => {
    const dir = tempDir();
    const logs = sessionLogs(dir);
    const path = logs.create("s1", identity, join(dir, "logs")).path;
    const open = logs.open("s1");
    logs.append("s1", [message("one")]);
    rmSync(path);
    expect(() => logs.append("s1", [message("two")])).toThrow(expect.objectContaining({ code: "SESSION_NOT_FOUND" }));
    expect(() => open.append([message("two")])).toThrow(expect.objectContaining({ code: "SESSION_NOT_FOUND" }));
    expect(existsSync(path)).toBe(false);
    logs.create("s1", identity, join(dir, "logs"));
    expect(logs.append("s1", [message("three")]).seqs).toEqual([1]);
  });
});

describe("SessionLogs.find()", () => {
  it("finds a log in any logs folder, without case, for as long as it is there", () => {
    const dir = tempDir();
    const writer = sessionLogs(dir);
    writer.create("Session-A", identity, join(dir, "logs"));
    writer.create("session-b", identity, join(dir, "projects", "p", "logs"));
    const logs = sessionLogs(dir);
    const path = join(dir, "logs", "sessions", "Session-A.jsonl");
    expect(logs.find("Session-A")).toEqual({ sessionId: "Session-A", logsDir: join(dir, "logs"), path });
    expect(logs.find("session-a")?.path).toBe(path);
    expect(logs.find("SESSION-B")?.logsDir).toBe(join(dir, "projects", "p", "logs"));
    rmSync(path);
    expect(logs.find("session-a")).toBeUndefined();
    writer.create("session-A", identity, join(dir, "projects", "p", "logs"));
    expect(logs.find("session-a")?.sessionId).toBe("session-A");
    expect(writer.find("SESSION-a")?.sessionId).toBe("session-A");
  });

  it("asks first who may know the folder, and is not misled by what it says", () => {
    const dir = tempDir();
    const elsewhere = tempDir();
    mkdirSync(join(elsewhere, "sessions"));
    writeFileSync(join(elsewhere, "sessions", "s1.jsonl"), "");
    sessionLogs(dir).create("s2", identity, join(dir, "logs"));
    const logs = sessionLogs(dir, { locate: () => elsewhere });
    expect(logs.find("s1")?.logsDir).toBe(elsewhere);
    expect(logs.find("s2")?.logsDir).toBe(join(dir, "logs"));
  });

  it("builds no path of what cannot be an id", () => {
    const dir = tempDir();
    mkdirSync(join(dir, "logs", "sessions"), { recursive: true });
    writeFileSync(join(dir, "logs", "secret.jsonl"), "");
    const logs = sessionLogs(dir);
    for (const id of ["../secret", "", "latest", "a/b", "x".repeat(200)]) {
      expect(logs.find(id)).toBeUndefined();
      expect(() => logs.create(id, identity, join(dir, "logs"))).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
    }
  });
});

describe("SessionLogs.append()", () => {
  it("announces what was written, when it is written", async () => {
    const dir = tempDir();
    const logs = sessionLogs(dir);
    const seen: LogAppend[] = [];
    const read: string[] = [];
    const end = logs.onAppend((append) => {
      seen.push(append);
      read.push(readFileSync(append.logPath, "utf8").slice(append.fromByte, append.toByte));
      // No lock is held: a listener may append in turn.
      if (append.sessionId === "s1") logs.append("s2", [message("echo")]);
    });
    logs.create("s1", identity, join(dir, "logs"));
    logs.create("s2", identity, join(dir, "projects", "p", "logs"));
    logs.append("s1", [message("a", { key: "k" }), message("b")]);
    logs.append("s1", [message("a", { key: "k" })]);
    await logs.appendAsync("s2", [message("c")]);
    end();
    logs.append("s1", [message("unseen")]);
    expect(seen.map(({ sessionId, provider, logsDir, events }) => [sessionId, provider, logsDir, events.length])).toEqual([
      ["s1", "acme", join(dir, "logs"), 2],
      ["s2", "acme", join(dir, "projects", "p", "logs"), 1],
      ["s2", "acme", join(dir, "projects", "p", "logs"), 1],
    ]);
    const order = seen.map(({ fromByte, sessionId }) => `${sessionId}@${fromByte}`);
    expect(order[0]).toBe("s1@0");
    for (const [at, text] of read.entries()) expect(text.split("\n").length - 1).toBe(seen[at]?.events.length);
  });

  it("finds any of many logs again, though it keeps few open", async () => {
    const dir = tempDir();
    const logs = sessionLogs(dir);
    const ids = Array.from({ length: 150 }, (_, n) => `s${n}`);
    for (const id of ids) logs.create(id, identity, join(dir, "logs"));
    await Promise.all(ids.map((id) => logs.appendAsync(id, [message(id)])));
    for (const id of ids) expect(logs.append(id, [message("again")]).seqs).toEqual([2]);
  });

  it("keeps the provider and the ids of a log that is there", () => {
    const dir = tempDir();
    const writer = sessionLogs(dir);
    writer.create("s1", { provider: "acme", providerSessionId: "p1", completeness: "partial" }, join(dir, "logs"));
    writer.append("s1", [message("a")]);
    const { events } = sessionLogs(dir).append("S1", [message("b")]);
    expect(events[0]).toMatchObject({ provider: "acme", wrapper_session_id: "s1", provider_session_id: "p1", completeness: "partial" });
  });

  it("does not bring back a log that is gone", () => {
    const dir = tempDir();
    const logs = sessionLogs(dir);
    const { path } = logs.create("s1", identity, join(dir, "logs"));
    logs.append("s1", [message("a")]);
    renameSync(path, `${path}.away`);
    expect(() => logs.append("s1", [message("b")])).toThrow(expect.objectContaining({ code: "SESSION_NOT_FOUND" }));
  });

  it("writes nothing where it may not, or is closed", async () => {
    const dir = tempDir();
    sessionLogs(dir).create("s1", identity, join(dir, "logs"));
    const readOnly = sessionLogs(dir, { readOnly: true });
    const closed = sessionLogs(dir);
    closed.close();
    closed.close();
    for (const [logs, code] of [[readOnly, "READ_ONLY"], [closed, "LOG_CLOSED"]] as const) {
      const error = expect.objectContaining({ code });
      expect(() => logs.open("s1")).toThrow(error);
      expect(() => logs.create("s2", identity, join(dir, "logs"))).toThrow(error);
      expect(() => logs.append("s1", [message("a")])).toThrow(error);
      await expect(logs.appendAsync("s1", [message("a")])).rejects.toThrow(error);
      expect(logs.find("s1")?.sessionId).toBe("s1");
    }
  });
});
