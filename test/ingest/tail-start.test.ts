import { mkdirSync, renameSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { walkRoot } from "../../src/ingest/discover.js";
import { defaultIntervals } from "../../src/ingest/intervals.js";
import { NativeRoot } from "../../src/ingest/native-root.js";
import { Tail } from "../../src/ingest/tail.js";
import { claude } from "../../src/providers/claude/claude.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";
import { promptLine, sessionPath, uuidOf, writeLines } from "./claude-lines.js";

const [old, other] = [uuidOf(900), uuidOf(901)];

/** A tail that has not started, in a root with one session, and the paths that it tells of. Nothing but events can show it anything. */
function openTail(): { tail: Tail; root: NativeRoot; claudeDir: string; path: string; told: string[] } {
  const claudeDir = join(tempDir(), ".claude");
  const path = sessionPath(claudeDir, old);
  writeLines(path, promptLine(1, "hello", { sessionId: old }));
  const root = new NativeRoot(claude, claudeDir);
  const told: string[] = [];
  const step = async ({ file }: { file: { path: string } }): Promise<boolean> => {
    told.push(file.path);
    return true;
  };
  const tail = new Tail({ roots: [root], now: Date.now, intervals: { ...defaultIntervals, sweepMs: 600_000 }, step });
  onTestFinished(() => tail.close());
  return { tail, root, claudeDir, path, told };
}

function knowAll(tail: Tail, root: NativeRoot): void {
  for (const content of walkRoot(root)) tail.know(root, content);
}

/** Writes on until it is told: when the watch stands nobody says. */
async function writtenUntilTold(path: string, told: readonly string[]): Promise<void> {
  let number = 10;
  await waitFor(`news of ${path}`, () => {
    writeLines(path, promptLine((number += 1), "more", { sessionId: old }));
    return told.includes(path);
  });
}

it("tells of a file in an expected folder before all files are looked through", async () => {
  const { tail, root, path, told } = openTail();
  tail.expect(root, path, Date.now());
  await writtenUntilTold(path, told);
  knowAll(tail, root);
  tail.start();
  expect(new Set(told)).toEqual(new Set([path]));
});

it("tells of nothing that was known, and of what came while the rest was looked through", async () => {
  const { tail, root, claudeDir, path, told } = openTail();
  knowAll(tail, root);
  const unseen = sessionPath(claudeDir, other, "-new");
  writeLines(unseen, promptLine(2, "hello", { sessionId: other }));
  tail.start();
  await waitFor("the new file", () => told.includes(unseen));
  expect(told).toEqual([unseen]);
  await writtenUntilTold(path, told);
});

it("looks into no folder again in which nothing happened for long, but into one that is moved there", async () => {
  const { tail, root, claudeDir, path, told } = openTail();
  const longAgo = new Date(Date.now() - 10 * 86_400_000);
  for (const one of [path, dirname(path)]) utimesSync(one, longAgo, longAgo);
  knowAll(tail, root);
  tail.start();
  // No event tells of it: only somebody who looks through the folder would see it.
  writeLines(path, promptLine(2, "again", { sessionId: old }));
  const outside = join(claudeDir, "elsewhere");
  const moved = sessionPath(claudeDir, other, "-moved");
  mkdirSync(outside, { recursive: true });
  writeLines(join(outside, `${other}.jsonl`), promptLine(3, "hello", { sessionId: other }));
  renameSync(outside, dirname(moved));
  await waitFor("the folder that was moved", () => told.includes(moved));
  expect(told).toEqual([moved]);
});
