import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { openDatabase } from "../../src/io/sqlite.js";
import { Prepared } from "../../src/io/prepared.js";
import { tempDir } from "../helpers/temp-dir.js";
import { answerLine, promptLine, sessionPath, uuidOf, writeLines } from "./claude-lines.js";
import { openIngest } from "./open-ingest.js";

const sessionId = uuidOf(900);

function writeHistory(claudeDir: string): void {
  writeLines(sessionPath(claudeDir, sessionId), promptLine(1, "question", { sessionId }), answerLine(2, "answer", { sessionId, parent: 1 }));
  writeLines(join(claudeDir, "projects/-w", sessionId, "subagents/agent-abc.jsonl"), promptLine(50, "do this", { sessionId, agentId: "abc" }));
}

it("no statement of an import, of what follows it, or of a removal walks through all sessions or all files", async () => {
  const told = vi.spyOn(Prepared.prototype, "sql");
  onTestFinished(() => told.mockRestore());
  const claudeDir = join(tempDir(), ".claude");
  writeHistory(claudeDir);
  const { ingest, dir } = openIngest({ claudeDir });
  const all = { dryRun: false, force: false };
  expect(await ingest.import(all)).toMatchObject({ imported: 1 });
  expect(await ingest.import({ ...all, force: true })).toMatchObject({ unchanged: 1 });
  ingest.live();
  await ingest.follow({ provider: "claude", sessionId: "ours", providerSessionId: sessionId, workspacePath: null, callerSessionIds: [], startedAtMs: Date.now() });
  await ingest.erase([sessionId]);
  const db = openDatabase(join(dir, "import.sqlite"));
  onTestFinished(() => db.close());
  const plans = [...new Set(told.mock.calls.map(([sql]) => sql))].map((sql) => ({ sql, steps: db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all().map(({ detail }) => String(detail)) }));
  expect(plans.length).toBeGreaterThan(20);
  expect(plans.filter(({ steps }) => steps.some((step) => /^SCAN (?:sessions|files)$/.test(step)))).toEqual([]);
});
