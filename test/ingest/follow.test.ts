import { expect, it, onTestFinished } from "vitest";
import { LogStore } from "../../src/log/log-store.js";
import { FileWatch } from "../../src/io/file-watch.js";
import type { AgentLogEvent } from "../../src/schema/event.js";
import { readLogs } from "../helpers/logged.js";
import { waitFor } from "../helpers/wait-for.js";
import { answerLine, promptLine, sessionPath, uuidOf, writeLines } from "./claude-lines.js";
import { openIngest, type OpenIngest } from "./open-ingest.js";

const native = uuidOf(900);
const own = uuidOf(800);

function eventsOf(dir: string, sessionId: string): AgentLogEvent[] {
  return readLogs(dir).get(sessionId) ?? [];
}

async function startSession({ logs }: OpenIngest, sessionId = own, prompt?: string): Promise<void> {
  const store = new LogStore(logs, { fileWatch: new FileWatch(), onWarning: () => undefined });
  onTestFinished(() => store.shutdown("The test is over"));
  await store.start({ provider: "claude", command: "mcp", workspacePath: "/w", sessionId, resumed: false, ...(prompt === undefined ? {} : { prompt }) });
}

function ask(sessionId = own, more: { providerSessionId?: string; callerSessionIds?: readonly string[]; startedAtMs?: number } = {}) {
  return { provider: "claude", workspacePath: "/w", sessionId, callerSessionIds: [], startedAtMs: Date.now(), ...more };
}

async function background(options: Parameters<typeof openIngest>[0] = {}): Promise<OpenIngest> {
  const opened = openIngest(options);
  opened.ingest.startBackground();
  await opened.ingest.settled();
  return opened;
}

it("gives the next new session of the workspace to the one that waits for it", async () => {
  const opened = await background();
  const { ingest, dir, claudeDir } = opened;
  expect(await ingest.follow(ask())).toEqual({ following: "waiting" });
  await startSession(opened, own, "fix it ");
  const path = sessionPath(claudeDir, native);
  writeLines(path, promptLine(1, "fix it", { sessionId: native }), answerLine(2, "fixed", { sessionId: native, parent: 1 }));
  await waitFor("the answer", () => eventsOf(dir, own).some((event) => event.type === "assistant_message"));
  const events = eventsOf(dir, own);
  expect(readLogs(dir).has(native)).toBe(false);
  expect(events.map((event) => event.type)).toEqual(["session_started", "user_message", "provider_status", "provider_status", "provider_status", "assistant_message", "usage"]);
  expect(events.slice(2, 5)).toMatchObject([
    { message: "provider_session_id", data: native, provider_session_id: native },
    { message: "source_path", data: path },
    { message: "session_started", data: { command: "claude", cwd: "/w" } },
  ]);
  writeLines(path, promptLine(3, "fix it", { sessionId: native, parent: 2 }));
  await waitFor("the same prompt again", () => eventsOf(dir, own).filter((event) => event.type === "user_message").length === 2);
});

it("names the log that holds the native session already", async () => {
  const { ingest, dir, claudeDir } = await background();
  writeLines(sessionPath(claudeDir, native), promptLine(1, "hello", { sessionId: native }));
  await waitFor("the log", () => eventsOf(dir, native).length > 0);
  const found = { following: "attached", existingSessionId: native };
  expect(await ingest.follow(ask(own, { providerSessionId: native }))).toEqual(found);
  expect(await ingest.follow(ask(own, { callerSessionIds: [uuidOf(1), native] }))).toEqual(found);
  expect(await ingest.follow(ask(own, { startedAtMs: Date.now() - 60_000 }))).toEqual(found);
  expect(await ingest.follow(ask(own, { startedAtMs: Date.now() + 60_000 }))).toEqual({ following: "waiting" });
});

it("attaches none of two sessions that may be meant", async () => {
  const { ingest, claudeDir } = openIngest();
  writeLines(sessionPath(claudeDir, native), promptLine(1, "hello", { sessionId: native }));
  writeLines(sessionPath(claudeDir, uuidOf(901)), promptLine(20, "hello", { sessionId: uuidOf(901) }));
  expect(await ingest.follow(ask(own, { startedAtMs: Date.now() - 60_000 }))).toEqual({ following: "ambiguous" });
});

it("gives a new session to neither of two that wait for it", async () => {
  const opened = await background();
  const { ingest, dir, claudeDir } = opened;
  for (const sessionId of [own, uuidOf(801)]) {
    await ingest.follow(ask(sessionId));
    await startSession(opened, sessionId);
  }
  writeLines(sessionPath(claudeDir, native), promptLine(1, "hello", { sessionId: native }));
  await waitFor("a log of its own", () => eventsOf(dir, native).length > 0);
  expect(eventsOf(dir, own)).toHaveLength(1);
});

it("waits for the very session that was named", async () => {
  const opened = await background();
  const { ingest, dir, claudeDir } = opened;
  await ingest.follow(ask(own, { providerSessionId: native }));
  await startSession(opened);
  writeLines(sessionPath(claudeDir, uuidOf(901)), promptLine(20, "another", { sessionId: uuidOf(901) }));
  writeLines(sessionPath(claudeDir, native), promptLine(1, "hello", { sessionId: native }));
  await waitFor("both", () => eventsOf(dir, own).length > 1 && eventsOf(dir, uuidOf(901)).length > 0);
  expect(readLogs(dir).has(native)).toBe(false);
});

it("is bound by the process that has the lease, whoever asked", async () => {
  const holder = await background();
  const asker = openIngest({ dir: holder.dir, claudeDir: holder.claudeDir, writes: false });
  expect(await asker.ingest.follow(ask())).toEqual({ following: "waiting" });
  await startSession(asker);
  writeLines(sessionPath(holder.claudeDir, native), promptLine(1, "hello", { sessionId: native }));
  await waitFor("the prompt", () => eventsOf(holder.dir, own).some((event) => event.type === "user_message"));
  expect(eventsOf(holder.dir, own).filter((event) => event.type === "user_message")).toHaveLength(1);
});

it("follows that one session alone where nothing is imported", async () => {
  const opened = openIngest({ writes: false });
  const { ingest, dir, claudeDir } = opened;
  writeLines(sessionPath(claudeDir, uuidOf(901)), promptLine(20, "old", { sessionId: uuidOf(901), cwd: "/elsewhere" }));
  expect(await ingest.follow(ask())).toEqual({ following: "waiting" });
  await startSession(opened);
  writeLines(sessionPath(claudeDir, native), promptLine(1, "hello", { sessionId: native }));
  await waitFor("the prompt", () => eventsOf(dir, own).some((event) => event.type === "user_message"));
  writeLines(sessionPath(claudeDir, native), answerLine(2, "hi", { sessionId: native, parent: 1 }));
  writeLines(sessionPath(claudeDir, uuidOf(901)), promptLine(21, "old", { sessionId: uuidOf(901), cwd: "/elsewhere", parent: 20 }));
  await waitFor("the answer", () => eventsOf(dir, own).some((event) => event.type === "assistant_message"));
  expect([...readLogs(dir).keys()]).toEqual([own]);
});

it("follows a second session too that stood there before it was asked for", async () => {
  const opened = openIngest({ writes: false, readOnly: false });
  const { ingest, dir, claudeDir } = opened;
  const second = { native: uuidOf(901), own: uuidOf(801) };
  writeLines(sessionPath(claudeDir, second.native), promptLine(20, "early", { sessionId: second.native }));
  await ingest.follow(ask(own, { providerSessionId: native }));
  await startSession(opened);
  const quietAt = Date.now() + 500;
  writeLines(sessionPath(claudeDir, native), promptLine(1, "hello", { sessionId: native }));
  await waitFor("the first", () => eventsOf(dir, own).some((event) => event.type === "user_message"));
  await waitFor("the last look at what is quiet", () => Date.now() > quietAt);
  await startSession(opened, second.own);
  expect(await ingest.follow(ask(second.own, { providerSessionId: second.native }))).toEqual({ following: "attached" });
  await waitFor("the second", () => eventsOf(dir, second.own).some((event) => event.type === "user_message"));
});

it("keeps to its session when checkpoints are gone", async () => {
  const opened = await background();
  const { ingest, dir, claudeDir } = opened;
  await ingest.follow(ask());
  await startSession(opened, own, "hello");
  const path = sessionPath(claudeDir, native);
  writeLines(path, promptLine(1, "hello", { sessionId: native }), answerLine(2, "hi", { sessionId: native, parent: 1 }));
  await waitFor("the answer", () => eventsOf(dir, own).some((event) => event.type === "usage"));
  const before = eventsOf(dir, own);
  await opened.close();
  const { rmSync } = await import("node:fs");
  for (const suffix of ["", "-wal", "-shm"]) rmSync(`${dir}/import.sqlite${suffix}`, { force: true });
  const next = openIngest({ dir, claudeDir });
  expect(await next.ingest.import({ dryRun: false, force: false })).toMatchObject({ imported: 0, events: 0 });
  expect(eventsOf(dir, own)).toEqual(before);
});

it("refuses what it cannot follow", async () => {
  await expect(openIngest().ingest.follow({ ...ask(), provider: "nobody" })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  await expect(openIngest({ writes: false, readOnly: true }).ingest.follow(ask())).rejects.toMatchObject({ code: "READ_ONLY" });
});
