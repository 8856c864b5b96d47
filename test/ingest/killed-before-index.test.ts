import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { loadGlobalIndex } from "../../src/log/global-index.js";
import { LogStore } from "../../src/log/log-store.js";
import { readFixtures } from "../contracts/read-fixtures.js";
import { bundleScript, childEnv } from "../helpers/child-script.js";
import { homeProblems } from "../helpers/home-check.js";
import { tempDir } from "../helpers/temp-dir.js";
import { openIngest } from "./open-ingest.js";

/** Imports, and dies when the first file is in its log and its checkpoint is saved, or when the import is through. */
const dying = `
import { Ingest } from "./src/ingest/ingest.js";
import { Home } from "./src/log/home.js";
import { SessionLogs } from "./src/log/session-logs.js";
import { providers } from "./src/providers/registry.js";
const [dir, homeDir, when] = process.argv.slice(2);
const die = () => process.kill(process.pid, "SIGKILL");
const home = new Home({ dir });
const ingest = new Ingest({
  home, logs: new SessionLogs(home), providers, enabled: ["copilot"], exclude: [], writes: true,
  environment: { homeDir, variables: {}, platform: process.platform },
  isAlive: () => false, findByNative: () => undefined, onWarning: () => undefined,
});
await ingest.import({ dryRun: false, force: false, onProgress: ({ files }) => when === "in it" && files > 0 && die() });
die();
`;

const fixture = readFixtures("copilot").find(({ name }) => name === "one-turn");
const lines = fixture?.bytes.toString().split(/(?<=\n)/) ?? [];

function writeNative(userHome: string, count: number): void {
  const path = join(userHome, ".copilot", fixture?.path ?? "");
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, lines.slice(0, count).join(""));
}

function dieImporting(dir: string, userHome: string, when: "in it" | "after it" = "in it"): void {
  const { signal, stderr } = spawnSync(process.execPath, [bundleScript(dying), dir, userHome, when], { env: childEnv, encoding: "utf8" });
  expect([signal, stderr]).toEqual(["SIGKILL", ""]);
}

function open(dir: string, userHome: string): ReturnType<typeof openIngest> {
  return openIngest({ dir, enabled: ["copilot"], environment: { homeDir: userHome, variables: {}, platform: "linux" } });
}

function removeCheckpoints(dir: string): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(join(dir, `import.sqlite${suffix}`), { force: true });
}

const all = { dryRun: false, force: false };
const marksIn = (dir: string): string[] => readdirSync(join(dir, "locks/unindexed"));

it("the next import tells the index of a session that a killed one did not", async () => {
  const [dir, userHome] = [tempDir(), tempDir()];
  writeNative(userHome, lines.length);
  dieImporting(dir, userHome);
  expect(homeProblems(dir)).toEqual([expect.stringContaining("lacks")]);
  const { ingest } = open(dir, userHome);
  await ingest.import(all);
  expect(homeProblems(dir)).toEqual([]);
});

it("the next import tells sessions_index.json of a session that only index.json was told of", async () => {
  const [dir, userHome] = [tempDir(), tempDir()];
  writeNative(userHome, lines.length);
  dieImporting(dir, userHome, "after it");
  expect([homeProblems(dir), loadGlobalIndex(dir).sessions, marksIn(dir)]).toEqual([[], [], [expect.stringContaining("gathered")]]);
  const { ingest, close } = open(dir, userHome);
  await ingest.import(all);
  await close();
  expect(loadGlobalIndex(dir).sessions).toHaveLength(1);
});

it("the next import tells the index of the end of a session that it knows", async () => {
  const [dir, userHome] = [tempDir(), tempDir()];
  writeNative(userHome, lines.length - 1);
  const first = open(dir, userHome);
  await first.ingest.import(all);
  await first.close();
  expect(marksIn(dir)).toEqual([]);
  writeNative(userHome, lines.length);
  dieImporting(dir, userHome);
  expect(homeProblems(dir)).toEqual([expect.stringContaining("ended_at")]);
  const next = open(dir, userHome);
  await next.ingest.import(all);
  expect(homeProblems(dir)).toEqual([]);
});

it("the next import tells the index where the checkpoints of the killed one are gone too", async () => {
  const [dir, userHome] = [tempDir(), tempDir()];
  writeNative(userHome, lines.length);
  dieImporting(dir, userHome);
  removeCheckpoints(dir);
  const { ingest } = open(dir, userHome);
  expect(await ingest.import(all)).toMatchObject({ events: 0 });
  expect(homeProblems(dir)).toEqual([]);
});

it("who imports nothing tells the index by the mark of the killed import", async () => {
  const [dir, userHome] = [tempDir(), tempDir()];
  writeNative(userHome, lines.length);
  dieImporting(dir, userHome);
  removeCheckpoints(dir);
  const store = new LogStore(open(dir, userHome).logs);
  store.mendIndexes();
  expect(homeProblems(dir)).toEqual([expect.stringContaining("lacks")]);
  for (const name of marksIn(dir)) utimesSync(join(dir, "locks/unindexed", name), 1, 1);
  store.mendIndexes();
  expect(homeProblems(dir)).toEqual([]);
  await store.shutdown("over");
  expect(marksIn(dir)).toEqual([]);
});
