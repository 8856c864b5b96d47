import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readLogs } from "../helpers/logged.js";
import { tempDir } from "../helpers/temp-dir.js";
import { promptLine, sessionPath, uuidOf, writeLines } from "./claude-lines.js";
import { openIngest } from "./open-ingest.js";

const all = { dryRun: false, force: false };

function writeSession(path: string, number: number): string {
  const sessionId = uuidOf(900 + number);
  writeLines(path, promptLine(number, "hello", { sessionId }));
  return sessionId;
}

it("does not read through links that leave the root", async () => {
  const { ingest, dir, claudeDir } = openIngest();
  const outside = tempDir();
  const inside = writeSession(sessionPath(claudeDir, uuidOf(901)), 1);
  writeSession(join(outside, `${uuidOf(902)}.jsonl`), 2);
  writeSession(join(outside, "-x", `${uuidOf(903)}.jsonl`), 3);
  symlinkSync(join(outside, `${uuidOf(902)}.jsonl`), sessionPath(claudeDir, uuidOf(902)));
  symlinkSync(join(outside, "-x"), join(claudeDir, "projects/-x"));
  expect(await ingest.import(all)).toMatchObject({ imported: 1, failed: [] });
  expect([...readLogs(dir).keys()]).toEqual([inside]);
});

it("reads through links that stay inside, and through links at the root and its first level", async () => {
  const { ingest, dir, claudeDir } = openIngest();
  const elsewhere = tempDir();
  mkdirSync(join(elsewhere, "config"));
  symlinkSync(join(elsewhere, "config"), claudeDir);
  mkdirSync(join(elsewhere, "history"));
  symlinkSync(join(elsewhere, "history"), join(claudeDir, "projects"));
  const path = sessionPath(claudeDir, uuidOf(901));
  writeSession(path, 1);
  renameSync(path, `${path}.real`);
  symlinkSync(`${path}.real`, path);
  expect(await ingest.import(all)).toMatchObject({ imported: 1, failed: [] });
  expect(readLogs(dir).size).toBe(1);
});

it("ends where a link leads back to a folder above it", async () => {
  const { ingest, claudeDir } = openIngest();
  writeSession(sessionPath(claudeDir, uuidOf(901)), 1);
  symlinkSync(join(claudeDir, "projects"), join(claudeDir, "projects/-w/loop"));
  expect(await ingest.import(all)).toMatchObject({ imported: 1, failed: [] });
});

it.skipIf(process.platform === "win32")("opens neither pipes nor files with a second name", async () => {
  const { ingest, dir, claudeDir } = openIngest();
  const outside = join(tempDir(), "secret.jsonl");
  writeSession(outside, 5);
  const inside = writeSession(sessionPath(claudeDir, uuidOf(901)), 1);
  execFileSync("mkfifo", [sessionPath(claudeDir, uuidOf(902))]);
  linkSync(outside, sessionPath(claudeDir, uuidOf(903)));
  expect(await ingest.import(all)).toMatchObject({ imported: 1, failed: [] });
  expect([...readLogs(dir).keys()]).toEqual([inside]);
});

it("never opens the key of a live process", async () => {
  const { ingest, dir, claudeDir } = openIngest({ isAlive: () => true });
  mkdirSync(join(claudeDir, "sessions"), { recursive: true });
  writeFileSync(join(claudeDir, "sessions", `77.${"a".repeat(64)}.key`), JSON.stringify({ pid: 77, sessionId: uuidOf(1) }));
  writeSession(sessionPath(claudeDir, uuidOf(901)), 1);
  await ingest.import(all);
  expect(ingest.live().map(({ sessionId }) => sessionId)).not.toContain(uuidOf(1));
  expect(readLogs(dir).size).toBe(1);
});
