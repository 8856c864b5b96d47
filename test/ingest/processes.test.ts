import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import type { AgentLogEvent } from "../../src/schema/event.js";
import { homeProblems } from "../helpers/home-check.js";
import { readLogs } from "../helpers/logged.js";
import { newSeed, seededRandom } from "../helpers/random.js";
import { samplesDir } from "../helpers/samples.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";
import { ended, go, importScript, startChild } from "./child-import.js";
import { answerLine, promptLine, sessionPath, uuidOf, writeLines } from "./claude-lines.js";
import { openIngest } from "./open-ingest.js";

const all = { dryRun: false, force: false };
/** Kills go on for so long, and at least so often. */
const killingMs = 8000;
const fewestKills = Number(process.env["TEST_KILLS"] ?? 12);

/** Some sessions, with sub-agents, long enough to be killed in the middle of; and the samples, where they are. */
function writeCorpus(claudeDir: string): void {
  if (samplesDir) cpSync(join(samplesDir, "claude/projects"), join(claudeDir, "projects"), { recursive: true });
  for (let session = 0; session < 8; session += 1) {
    const sessionId = uuidOf(1_000_000 + session);
    const first = session * 1000;
    for (let number = first; number < first + 60; number += 2) {
      const prompt = promptLine(number, `question ${number} ${"x".repeat(500)}`, { sessionId, parent: number - 1 });
      writeLines(sessionPath(claudeDir, sessionId), prompt, answerLine(number + 1, `answer ${number}`, { sessionId, parent: number }));
    }
    const agent = join(claudeDir, "projects/-w", sessionId, "subagents/agent-abc.jsonl");
    writeLines(agent, promptLine(first + 500, "do this", { sessionId, agentId: "abc" }), answerLine(first + 501, "done", { sessionId, agentId: "abc", parent: first + 500 }));
  }
}

/** What the logs say: each event as a line, but for its seq. */
function said(dir: string): string[] {
  const plain = (event: AgentLogEvent): string => JSON.stringify({ ...event, seq: 0 });
  return [...readLogs(dir).values()].flatMap((events) => {
    expect(events.map((event) => event.seq)).toEqual(events.map((_, nth) => nth + 1));
    return events.map(plain);
  });
}

/** What one side has and the other has not; nothing where both say the same. */
function differences(got: readonly string[], wanted: readonly string[]): { extra: string[]; missing: string[] } {
  const left = new Map<string, number>();
  for (const line of got) left.set(line, (left.get(line) ?? 0) + 1);
  for (const line of wanted) left.set(line, (left.get(line) ?? 0) - 1);
  const pick = (sign: number): string[] => [...left].filter(([, count]) => Math.sign(count) === sign).map(([line]) => line.slice(0, 400));
  return { extra: pick(1).slice(0, 5), missing: pick(-1).slice(0, 5) };
}

async function undisturbed(claudeDir: string): Promise<string[]> {
  const { ingest, dir } = openIngest({ claudeDir });
  expect((await ingest.import(all)).failed).toEqual([]);
  return said(dir);
}

it("loses and doubles nothing when an import is killed at any moment", { timeout: 120_000 + fewestKills * 2000 }, async () => {
  const claudeDir = join(tempDir(), ".claude");
  writeCorpus(claudeDir);
  const expected = await undisturbed(claudeDir);
  const script = importScript();
  const seed = newSeed();
  const random = seededRandom(seed);
  const untilMs = Date.now() + killingMs;
  let dir = tempDir();
  let kills = 0;
  for (let round = 0; kills < fewestKills || Date.now() < untilMs; round += 1) {
    const child = await startChild(script, "import", dir, claudeDir);
    go(child);
    await Promise.race([delay(random() * 400), ended(child)]);
    child.kill("SIGKILL");
    if ((await ended(child)) === null) {
      kills += 1;
      // Checkpoints are a saver of work: now and then they go too.
      if (random() < 0.2) for (const suffix of ["", "-wal", "-shm"]) rmSync(join(dir, `import.sqlite${suffix}`), { force: true });
      if (random() < 0.6) continue;
    }
    const after = openIngest({ dir, claudeDir });
    const report = await after.ingest.import(all);
    expect(report.failed, `seed ${seed}, round ${round}`).toEqual([]);
    const got = said(dir);
    expect(differences(got, expected), `seed ${seed}, round ${round}`).toEqual({ extra: [], missing: [] });
    expect(got.findIndex((line, nth) => line !== expected[nth]), `seed ${seed}, round ${round}: first event out of order`).toBe(-1);
    expect(homeProblems(dir), `seed ${seed}, round ${round}`).toEqual([]);
    await after.close();
    dir = tempDir();
  }
});

it("writes each event once when several processes import at the same time", { timeout: 60_000 }, async () => {
  const claudeDir = join(tempDir(), ".claude");
  writeCorpus(claudeDir);
  const expected = await undisturbed(claudeDir);
  const script = importScript();
  const dir = tempDir();
  const children = await Promise.all([0, 1, 2].map(() => startChild(script, "import", dir, claudeDir)));
  for (const child of children) go(child);
  expect(await Promise.all(children.map(ended))).toEqual([0, 0, 0]);
  expect(differences(said(dir), expected)).toEqual({ extra: [], missing: [] });
});

it("hands the lease to another process when its holder is killed", { timeout: 60_000 }, async () => {
  const claudeDir = join(tempDir(), ".claude");
  const dir = tempDir();
  const id = uuidOf(900);
  const path = sessionPath(claudeDir, id);
  const script = importScript();
  const has = (text: string) => () => readLogs(dir).get(id)?.some((event) => event.type === "user_message" && event.content === text);
  const start = async () => {
    const child = await startChild(script, "follow", dir, claudeDir);
    onTestFinished(() => void child.kill("SIGKILL"));
    return child;
  };
  const first = await start();
  writeLines(path, promptLine(1, "one", { sessionId: id }));
  await waitFor("one", has("one"));
  await start();
  first.kill("SIGKILL");
  await ended(first);
  writeLines(path, promptLine(2, "two", { sessionId: id, parent: 1 }));
  await waitFor("two", has("two"));
  expect(readLogs(dir).get(id)?.map((event) => event.seq)).toEqual([1, 2, 3]);
});
