import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openDatabase } from "../../src/io/sqlite.js";
import type { ImportHelp, SentSession } from "../../src/ingest/import-helper.js";
import type { SessionOutcome } from "../../src/ingest/session-import.js";
import { homeProblems } from "../helpers/home-check.js";
import { logPaths, readLogs } from "../helpers/logged.js";
import { tempDir } from "../helpers/temp-dir.js";
import { answerLine, promptLine, sessionPath, uuidOf, writeLines } from "./claude-lines.js";
import { openIngest, type OpenIngest } from "./open-ingest.js";

const all = { dryRun: false, force: false };

/** Sessions with a sub-agent each, and one that was resumed from the first. */
function writeHistory(claudeDir: string, sessions: number): void {
  for (let nth = 0; nth < sessions; nth += 1) {
    const sessionId = uuidOf(900 + nth);
    const first = nth * 100;
    writeLines(sessionPath(claudeDir, sessionId), promptLine(first + 1, `question ${nth}`, { sessionId }), answerLine(first + 2, `answer ${nth}`, { sessionId, parent: first + 1 }));
    writeLines(join(claudeDir, "projects/-w", sessionId, "subagents/agent-abc.jsonl"), promptLine(first + 50, "do this", { sessionId, agentId: "abc" }));
  }
  const resumed = uuidOf(990);
  writeLines(sessionPath(claudeDir, resumed), answerLine(2, "answer 0", { sessionId: resumed, parent: 1 }), promptLine(99, "and on", { sessionId: resumed, parent: 2 }));
}

interface Help extends ImportHelp {
  sent: SentSession[];
  outcomes: SessionOutcome[];
  closed: number;
  opened: { force: boolean }[];
}

/** Help by another ingester at the same home, which gives up after so many sessions. */
function helpOf(other: OpenIngest, { giveUpAfter = Number.POSITIVE_INFINITY, fromBytes = 0 } = {}): Help {
  const help: Help = {
    fromBytes,
    sent: [],
    outcomes: [],
    closed: 0,
    opened: [],
    open(needs) {
      help.opened.push({ force: needs.force });
      const sessions = other.ingest.helpImport({ ...needs, signal: new AbortController().signal });
      return {
        async import(session) {
          if (help.sent.push(session) > giveUpAfter) return undefined;
          const outcome = await sessions.run(JSON.parse(JSON.stringify(session)) as SentSession);
          help.outcomes.push(outcome);
          return outcome;
        },
        async close() {
          sessions.close();
          help.closed += 1;
        },
      };
    },
  };
  return help;
}

function contents(dir: string): [string, string][] {
  return logPaths(dir).map((path) => [path.slice(dir.length), readFileSync(path, "utf8")]);
}

it("an import that is helped writes, reports and indexes the same as one that is not", async () => {
  const claudeDir = join(tempDir(), ".claude");
  writeHistory(claudeDir, 12);
  const alone = openIngest({ claudeDir });
  const expected = await alone.ingest.import(all);
  const dir = tempDir();
  const help = helpOf(openIngest({ claudeDir, dir, writes: false }));
  const progress: number[] = [];
  const { ingest } = openIngest({ claudeDir, dir, help });
  const report = await ingest.import({ ...all, onProgress: ({ files, filesTotal }) => progress.push(files / filesTotal) });
  expect({ ...report, elapsedMs: 0 }).toEqual({ ...expected, elapsedMs: 0 });
  expect(contents(dir)).toEqual(contents(alone.dir));
  expect(homeProblems(dir)).toEqual([]);
  expect(help.outcomes.length).toBeGreaterThan(2);
  expect(help.outcomes.length).toBeLessThan(12);
  expect(help.opened).toEqual([{ force: false }]);
  expect(help.closed).toBe(1);
  expect(progress.at(-1)).toBe(1);
  expect(await ingest.import({ ...all, force: true })).toMatchObject({ imported: 0, updated: 0, unchanged: 13, events: 0 });
  expect(help.opened).toEqual([{ force: false }, { force: true }]);
});

it("what a helper leaves undone is done without it, and the indexes tell all", async () => {
  const claudeDir = join(tempDir(), ".claude");
  writeHistory(claudeDir, 8);
  const dir = tempDir();
  const help = helpOf(openIngest({ claudeDir, dir, writes: false }), { giveUpAfter: 2 });
  const { ingest } = openIngest({ claudeDir, dir, help });
  expect(await ingest.import(all)).toMatchObject({ imported: 9, failed: [] });
  expect(help.outcomes).toHaveLength(2);
  expect(readLogs(dir).size).toBe(9);
  expect(homeProblems(dir)).toEqual([]);
});

it("no copy of another session's records is read before all originals are, by whomever", async () => {
  const claudeDir = join(tempDir(), ".claude");
  writeHistory(claudeDir, 3);
  const dir = tempDir();
  const help = helpOf(openIngest({ claudeDir, dir, writes: false }));
  await openIngest({ claudeDir, dir, help }).ingest.import(all);
  expect(help.sent.map(({ nativeId }) => nativeId)).not.toContain(uuidOf(990));
  const said = readLogs(dir).get(uuidOf(990))?.flatMap((event) => ("content" in event ? [event.content] : []));
  expect(said).toEqual(["and on"]);
});

it("an import of little, of one session, or of nothing is not helped", async () => {
  const claudeDir = join(tempDir(), ".claude");
  writeHistory(claudeDir, 2);
  const dir = tempDir();
  const other = openIngest({ claudeDir, dir, writes: false });
  const forMore = helpOf(other, { fromBytes: 1 << 20 });
  await openIngest({ claudeDir, dir, help: forMore }).ingest.import(all);
  const forAny = helpOf(other);
  const { ingest } = openIngest({ claudeDir, dir, help: forAny });
  await ingest.import(all);
  writeLines(sessionPath(claudeDir, uuidOf(900)), promptLine(77, "more", { sessionId: uuidOf(900), parent: 2 }));
  expect(await ingest.import(all)).toMatchObject({ updated: 1 });
  expect([forMore.opened, forAny.opened]).toEqual([[], []]);
});

it("an import that cannot share its checkpoints is not helped", async () => {
  const claudeDir = join(tempDir(), ".claude");
  writeHistory(claudeDir, 4);
  const dir = tempDir();
  const newer = openDatabase(join(dir, "import.sqlite"));
  newer.exec("PRAGMA user_version = 999");
  newer.close();
  const help = helpOf(openIngest({ claudeDir, dir, writes: false }));
  const { ingest, warnings } = openIngest({ claudeDir, dir, help });
  expect(await ingest.import(all)).toMatchObject({ imported: 5 });
  expect([help.opened, warnings]).toEqual([[], [expect.stringContaining("newer version")]]);
});

it("an import that is cancelled ends its helper, and the next one goes on", async () => {
  const claudeDir = join(tempDir(), ".claude");
  writeHistory(claudeDir, 8);
  const dir = tempDir();
  const help = helpOf(openIngest({ claudeDir, dir, writes: false }));
  const { ingest } = openIngest({ claudeDir, dir, help });
  const cancel = new AbortController();
  const stop = ({ files }: { files: number }): void => {
    if (files > 0) cancel.abort(new RangeError("enough"));
  };
  await expect(ingest.import({ ...all, signal: cancel.signal, onProgress: stop })).rejects.toThrow("enough");
  expect(help.closed).toBeGreaterThan(0);
  expect(readLogs(dir).size).toBeLessThan(9);
  await ingest.import(all);
  expect(readLogs(dir).size).toBe(9);
  expect(homeProblems(dir)).toEqual([]);
});
