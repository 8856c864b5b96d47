import { mkdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { openDatabase } from "../../src/io/sqlite.js";
import type { AgentLogEvent } from "../../src/schema/event.js";
import { readLogs } from "../helpers/logged.js";
import { waitFor } from "../helpers/wait-for.js";
import { answerLine, promptLine, sessionPath, uuidOf, writeLines } from "./claude-lines.js";
import { openIngest, type OpenIngest } from "./open-ingest.js";

const id = uuidOf(900);

async function following(options: Parameters<typeof openIngest>[0] = {}): Promise<OpenIngest> {
  const opened = openIngest(options);
  opened.ingest.startBackground();
  await opened.ingest.settled();
  return opened;
}

function eventsOf(dir: string, sessionId = id): AgentLogEvent[] {
  return readLogs(dir).get(sessionId) ?? [];
}

function textsOf(dir: string, sessionId = id): string[] {
  return eventsOf(dir, sessionId).flatMap((event) => (event.type === "user_message" || event.type === "assistant_message" ? [event.content] : []));
}

function texts(dir: string, expected: readonly string[], sessionId = id): Promise<unknown> {
  return waitFor(`texts ${expected.join(", ")}`, () => textsOf(dir, sessionId).join() === expected.join());
}

it("follows a session from its first line, in folders that were not there", async () => {
  const { dir, claudeDir } = await following();
  const path = sessionPath(claudeDir, id);
  writeLines(path, promptLine(1, "hello", { sessionId: id }));
  await texts(dir, ["hello"]);
  expect(eventsOf(dir)[0]).toMatchObject({ type: "session_started", backfilled: false, source_kind: "provider_file", source_paths: [path] });
  for (let number = 2; number < 30; number += 1) writeLines(path, promptLine(number, `text ${number}`, { sessionId: id, parent: number - 1 }));
  await texts(dir, ["hello", ...Array.from({ length: 28 }, (_, nth) => `text ${nth + 2}`)]);
  expect(eventsOf(dir).map((event) => event.seq)).toEqual(eventsOf(dir).map((_, nth) => nth + 1));
});

it("goes on with a session that was there, and tells history from news", async () => {
  const opened = openIngest();
  const path = sessionPath(opened.claudeDir, id);
  writeLines(path, promptLine(1, "before", { sessionId: id }));
  opened.ingest.startBackground();
  await texts(opened.dir, ["before"]);
  writeLines(path, promptLine(2, "after", { sessionId: id, parent: 1 }));
  await texts(opened.dir, ["before", "after"]);
  expect(eventsOf(opened.dir).map((event) => event.source_kind)).toEqual(["backfill", "backfill", "provider_file"]);
});

it("waits for the newline of a half line, and takes a whole last line without one when it has been quiet", async () => {
  const { dir, claudeDir } = await following();
  const path = sessionPath(claudeDir, id);
  const line = promptLine(2, "in two parts", { sessionId: id, parent: 1 });
  writeLines(path, promptLine(1, "hello", { sessionId: id }), line.slice(0, 40));
  await texts(dir, ["hello"]);
  writeLines(path, line.slice(40));
  await texts(dir, ["hello", "in two parts"]);
  writeLines(path, promptLine(3, "no newline", { sessionId: id, parent: 2 }).trimEnd());
  await texts(dir, ["hello", "in two parts", "no newline"]);
  writeLines(path, "\n", promptLine(4, "on", { sessionId: id, parent: 3 }));
  await texts(dir, ["hello", "in two parts", "no newline", "on"]);
  expect(eventsOf(dir).filter((event) => event.type === "parse_warning")).toEqual([]);
});

it("says the usage of a last reply when the file has been quiet, or at the end", async () => {
  const { dir, claudeDir, close } = await following();
  const open = (number: number): string => answerLine(number, "thinking aloud", { sessionId: id, parent: 1 }).replace('"end_turn"', "null");
  writeLines(sessionPath(claudeDir, id), promptLine(1, "hello", { sessionId: id }), open(2));
  await waitFor("usage", () => eventsOf(dir).some((event) => event.type === "usage"));
  const slow = await following({ intervals: { quietMs: 600_000, leaseMs: 100 } });
  writeLines(sessionPath(slow.claudeDir, id), promptLine(1, "hello", { sessionId: id }), open(2));
  await texts(slow.dir, ["hello", "thinking aloud"]);
  expect(eventsOf(slow.dir).some((event) => event.type === "usage")).toBe(false);
  await slow.close();
  expect(eventsOf(slow.dir).filter((event) => event.type === "usage")).toHaveLength(1);
  await close();
  expect(eventsOf(dir).filter((event) => event.type === "usage")).toHaveLength(1);
});

it("starts again where a file is cut, removed and made anew", async () => {
  const { dir, claudeDir } = await following();
  const path = sessionPath(claudeDir, id);
  writeLines(path, promptLine(1, "one", { sessionId: id }), promptLine(2, "two", { sessionId: id, parent: 1 }));
  await texts(dir, ["one", "two"]);
  truncateSync(path, 0);
  writeLines(path, promptLine(3, "3", { sessionId: id, parent: 2 }));
  await texts(dir, ["one", "two", "3"]);
  rmSync(path);
  writeLines(path, promptLine(4, "4", { sessionId: id, parent: 3 }));
  await texts(dir, ["one", "two", "3", "4"]);
  expect(eventsOf(dir).filter((event) => event.type === "session_started")).toHaveLength(3);
});

it("follows the files of sub-agents as they come", async () => {
  const { dir, claudeDir } = await following();
  const path = sessionPath(claudeDir, id);
  const folder = join(claudeDir, "projects/-w", id, "subagents");
  writeLines(path, promptLine(1, "hello", { sessionId: id }));
  await texts(dir, ["hello"]);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "agent-abc.meta.json"), JSON.stringify({ toolUseId: "toolu_1" }));
  writeLines(join(folder, "agent-abc.jsonl"), promptLine(10, "do this", { sessionId: id, agentId: "abc" }));
  await texts(dir, ["hello", "do this"]);
  writeLines(join(folder, "agent-abc.jsonl"), answerLine(11, "done", { sessionId: id, agentId: "abc", parent: 10 }));
  await texts(dir, ["hello", "do this", "done"]);
  expect(eventsOf(dir).at(-1)).toMatchObject({ agent_id: "abc", parent_tool_id: "toolu_1" });
});

it("sees a file that grows in a folder where nothing happened for long", async () => {
  const opened = openIngest({ intervals: { leaseMs: 100, quietMs: 100, sweepMs: 100, sweepMaxMs: 200, activeMs: 1000 } });
  const path = sessionPath(opened.claudeDir, id);
  writeLines(path, promptLine(1, "long ago", { sessionId: id }));
  const longAgo = new Date(Date.now() - 10 * 86_400_000);
  for (const old of [path, dirname(path)]) utimesSync(old, longAgo, longAgo);
  opened.ingest.startBackground();
  await texts(opened.dir, ["long ago"]);
  expect(opened.ingest.live()).toEqual([]);
  writeLines(path, promptLine(2, "again", { sessionId: id, parent: 1 }));
  await texts(opened.dir, ["long ago", "again"]);
  expect(opened.ingest.live()).toMatchObject([{ sessionId: id, provider: "claude", sourcePath: path }]);
});

/** Processes that the ingester has met and not yet seen end. */
function seenProcesses(dir: string): number[] {
  const db = openDatabase(join(dir, "import.sqlite"), { readOnly: true });
  const pids = db.prepare("SELECT pid FROM processes").all().map((row) => Number(row["pid"]));
  db.close();
  return pids;
}

it("ends a session when its process is gone that was seen alive", async () => {
  const alive = new Set([71, 72]);
  const { dir, claudeDir } = await following({ isAlive: (pid) => alive.has(pid) });
  const processFile = join(claudeDir, "sessions/71.json");
  mkdirSync(join(claudeDir, "sessions"), { recursive: true });
  const status = { pid: 71, sessionId: id, cwd: "/w", startedAt: 1_767_607_200_000 };
  writeFileSync(processFile, JSON.stringify(status));
  writeFileSync(join(claudeDir, "sessions/99.json"), JSON.stringify({ ...status, pid: 99, sessionId: uuidOf(901) }));
  writeLines(sessionPath(claudeDir, id), promptLine(1, "hello", { sessionId: id }));
  writeLines(sessionPath(claudeDir, uuidOf(901)), promptLine(20, "other", { sessionId: uuidOf(901) }));
  await texts(dir, ["hello"]);
  await texts(dir, ["other"], uuidOf(901));
  await waitFor("the process", () => seenProcesses(dir).includes(71));
  alive.delete(71);
  rmSync(processFile);
  writeLines(sessionPath(claudeDir, id), promptLine(2, "last words", { sessionId: id, parent: 1 }));
  await waitFor("the end", () => eventsOf(dir).some((event) => event.type === "session_ended"));
  expect(eventsOf(dir).at(-1)).toMatchObject({ type: "session_ended", success: true, error: null, origin: "process:71-1767607200000/ended" });
  expect(textsOf(dir)).toEqual(["hello", "last words"]);
  expect(eventsOf(dir, uuidOf(901)).some((event) => event.type === "session_ended")).toBe(false);
});

it("takes over when the process that followed lets go", async () => {
  const first = await following();
  const path = sessionPath(first.claudeDir, id);
  writeLines(path, promptLine(1, "one", { sessionId: id }));
  await texts(first.dir, ["one"]);
  const second = openIngest({ dir: first.dir, claudeDir: first.claudeDir });
  second.ingest.startBackground();
  writeLines(path, promptLine(2, "two", { sessionId: id, parent: 1 }));
  await texts(first.dir, ["one", "two"]);
  await first.close();
  writeLines(path, promptLine(3, "three", { sessionId: id, parent: 2 }));
  await texts(first.dir, ["one", "two", "three"]);
  expect(eventsOf(first.dir).map((event) => event.seq)).toEqual([1, 2, 3, 4]);
});

it("writes nothing where it is not to write", async () => {
  const { ingest, dir, claudeDir } = openIngest({ writes: false });
  ingest.startBackground();
  writeLines(sessionPath(claudeDir, id), promptLine(1, "hello", { sessionId: id }));
  expect(ingest.liveLines("claude", 10)).toHaveLength(2);
  expect(readLogs(dir).size).toBe(0);
});
