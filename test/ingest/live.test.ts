import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { mergeLines } from "../../src/ingest/merge-lines.js";
import { FileWatch } from "../../src/io/file-watch.js";
import { parseEvent } from "../../src/schema/event.js";
import { logPaths } from "../helpers/logged.js";
import { waitFor } from "../helpers/wait-for.js";
import { answerLine, promptLine, sessionPath, uuidOf, writeLines } from "./claude-lines.js";
import { openIngest } from "./open-ingest.js";

const id = uuidOf(900);
const other = uuidOf(901);

it("merges lines by time and keeps the order of each log", () => {
  const line = (raw: string, ms: number) => ({ raw, ms });
  const back = [line("a1", 10), line("a2", 5), line("a3", 30)];
  expect(mergeLines([back, [line("b1", 7), line("b2", 20)], []], 10)).toEqual(["b1", "a1", "a2", "b2", "a3"]);
  expect(mergeLines([back], 2)).toEqual(["a2", "a3"]);
  expect(mergeLines([back], 0)).toEqual([]);
  expect(mergeLines([[line("x", Number.NaN), line("y", 1)]], 5)).toEqual(["x", "y"]);
});

it("shows the lines of live sessions as they stand in their logs", async () => {
  const { ingest, dir, claudeDir } = openIngest();
  writeLines(sessionPath(claudeDir, id), promptLine(1, "one", { sessionId: id }), promptLine(5, "five", { sessionId: id, parent: 1 }));
  writeLines(sessionPath(claudeDir, other), promptLine(3, "three", { sessionId: other }));
  await ingest.import({ dryRun: false, force: false });
  const lines = ingest.liveLines("claude", 200);
  expect(lines.map((line) => parseEvent(JSON.parse(line)).ts.slice(17, 19))).toEqual(["01", "01", "03", "03", "05"]);
  const logged = logPaths(dir).flatMap((path) => readFileSync(path, "utf8").trim().split("\n"));
  expect(lines.toSorted()).toEqual(logged.toSorted());
  expect(ingest.liveLines("claude", 2)).toEqual(lines.slice(-2));
  expect(ingest.liveLines("codex", 200)).toEqual([]);
});

it.each([true, false])("tells of each change of what is live (writing: %s)", async (writes) => {
  const { ingest, claudeDir } = openIngest({ writes, readOnly: !writes });
  ingest.startBackground();
  await ingest.settled();
  let told = 0;
  const end = ingest.watchLive("claude", () => {
    told += 1;
  });
  const path = sessionPath(claudeDir, id);
  writeLines(path, promptLine(1, "one", { sessionId: id }));
  await waitFor("the first", () => told > 0 && ingest.liveLines("claude", 10).length === 2);
  const before = told;
  writeLines(path, answerLine(2, "two", { sessionId: id, parent: 1 }));
  await waitFor("the second", () => told > before && ingest.liveLines("claude", 10).length === 4);
  expect(ingest.live()).toEqual([{ sessionId: id, provider: "claude", sourcePath: path, lastEventAt: "2026-01-05T10:00:02.000Z" }]);
  end();
});

it("tells once of a change, and neither shows heartbeats nor tells of them", async () => {
  const { ingest, logs, claudeDir } = openIngest();
  const path = sessionPath(claudeDir, id);
  writeLines(path, promptLine(1, "one", { sessionId: id }));
  ingest.startBackground();
  await ingest.settled();
  let told = 0;
  const end = ingest.watchLive("claude", () => {
    told += 1;
  });
  const logPath = logs.find(id)?.path ?? "";
  const [head] = ingest.liveLines("claude", 1).map((line) => JSON.parse(line) as Record<string, unknown>);
  const beat = (seq: number): void => appendFileSync(logPath, `${JSON.stringify({ ...head, seq, origin: undefined, type: "heartbeat", interval_secs: 10 })}\n`);
  const watch = new FileWatch();
  let looked = 0;
  watch.watch(logPath, () => {
    looked += 1;
  });
  beat(3);
  await waitFor("a look at the heartbeat", () => looked === 1);
  expect(told).toBe(0);
  writeLines(path, answerLine(2, "two", { sessionId: id, parent: 1 }));
  await waitFor("the answer", () => told > 0 && ingest.liveLines("claude", 10).length === 4);
  await waitFor("a look at the answer", () => looked === 2);
  beat(6);
  await waitFor("a look at the second heartbeat", () => looked === 3);
  await watch.close();
  expect(told).toBe(1);
  expect(ingest.liveLines("claude", 10).join("")).not.toContain("heartbeat");
  rmSync(logPath);
  await waitFor("the log that is gone", () => told > 1);
  end();
});

it("shows without writing what it would log, and leaves no trace", () => {
  const { ingest, dir, claudeDir } = openIngest({ writes: false, readOnly: true, exclude: ["/hidden"] });
  writeLines(sessionPath(claudeDir, id), promptLine(1, "one", { sessionId: id }), answerLine(2, "two", { sessionId: id, parent: 1 }));
  writeLines(sessionPath(claudeDir, other), promptLine(5, "hush", { sessionId: other, cwd: "/hidden" }));
  const events = ingest.liveLines("claude", 10).map((line) => parseEvent(JSON.parse(line)));
  expect(events.map(({ seq, type }) => [seq, type])).toEqual([
    [1, "session_started"],
    [2, "user_message"],
    [3, "assistant_message"],
    [4, "usage"],
  ]);
  expect(logPaths(dir)).toEqual([]);
});

it("counts a session as live while a process file names a living process, wherever that goes", async () => {
  const alive = new Set([71]);
  const { ingest, claudeDir } = openIngest({ isAlive: (pid) => alive.has(pid), intervals: { activeMs: 0, processMs: 60_000, sweepMs: 200 } });
  for (const sessionId of [id, other]) writeLines(sessionPath(claudeDir, sessionId), promptLine(sessionId === id ? 1 : 2, "hello", { sessionId }));
  await ingest.import({ dryRun: false, force: false });
  expect(ingest.live()).toEqual([]);
  ingest.startBackground();
  const file = join(claudeDir, "sessions/71.json");
  mkdirSync(join(claudeDir, "sessions"));
  writeFileSync(file, JSON.stringify({ pid: 71, sessionId: id, cwd: "/w", startedAt: 1 }));
  await waitFor("the process", () => ingest.live().length > 0);
  expect(ingest.live()).toMatchObject([{ sessionId: id, sourcePath: sessionPath(claudeDir, id) }]);
  writeFileSync(file, JSON.stringify({ pid: 71, sessionId: other, cwd: "/w", startedAt: 1 }));
  await waitFor("the session that it went on with", () => ingest.live()[0]?.sessionId === other);
  alive.clear();
  expect(ingest.live()).toEqual([]);
  rmSync(file);
});
