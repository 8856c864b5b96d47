import { existsSync, mkdirSync, readFileSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Home } from "../../src/log/home.js";
import { IndexMarks } from "../../src/log/index-marks.js";
import { LogStore } from "../../src/log/log-store.js";
import { SessionLogs } from "../../src/log/session-logs.js";
import { homeProblems } from "../helpers/home-check.js";
import { runInProcesses } from "../helpers/child-script.js";
import { tempDir } from "../helpers/temp-dir.js";

const dirOf = (home: string): string => join(home, "locks/unindexed");

/** Makes a mark as old as one of a process that is long gone, or that bears another time. */
function leave(home: string, name: string, logsDir: string, atS = 1): void {
  mkdirSync(dirOf(home), { recursive: true });
  const path = join(dirOf(home), name);
  writeFileSync(path, logsDir);
  utimesSync(path, atS, atS);
}

it("tells of the log that a killed process left, once it is told to the index no more", () => {
  const home = new Home({ dir: tempDir() });
  const marks = new IndexMarks(home);
  const logsDir = join(home.dir, "logs");
  mkdirSync(join(logsDir, "sessions"), { recursive: true });
  writeFileSync(Home.logPath(logsDir, "s1"), "");
  leave(home.dir, "s1~00000000", logsDir);
  const told: string[] = [];
  marks.settle(({ path }) => told.push(path) > 99);
  marks.settle(({ path }) => told.push(path) > 0);
  marks.settle(({ path }) => told.push(path) > 0);
  expect(told).toEqual([Home.logPath(logsDir, "s1"), Home.logPath(logsDir, "s1")]);
});

it("leaves a young mark to its writer, and forgets one without a log or of no folder of the home", () => {
  const home = new Home({ dir: tempDir() });
  const marks = new IndexMarks(home);
  const unmark = marks.mark({ sessionId: "young", logsDir: join(home.dir, "logs") });
  leave(home.dir, "gone~00000000", join(home.dir, "logs"));
  leave(home.dir, "strange~00000000", "/elsewhere/logs");
  marks.settle(() => true);
  expect(readdirSync(dirOf(home.dir))).toEqual([expect.stringMatching(/^young~/)]);
  unmark();
  expect(readdirSync(dirOf(home.dir))).toEqual([]);
});

it("settles a mark that bears a time far ahead, as one has that was left before the clock was set back", () => {
  const home = new Home({ dir: tempDir() });
  leave(home.dir, "gone~00000000", join(home.dir, "logs"), Date.now() / 1000 + 86_400 * 365);
  const logsDir = join(home.dir, "logs");
  mkdirSync(join(logsDir, "sessions"), { recursive: true });
  writeFileSync(Home.logPath(logsDir, "s1"), "");
  leave(home.dir, "s1~00000000", logsDir, Date.now() / 1000 + 3600);
  const told: string[] = [];
  new IndexMarks(home).settle(({ path }) => told.push(path) > 0);
  expect(told).toEqual([Home.logPath(logsDir, "s1")]);
  expect(readdirSync(dirOf(home.dir))).toEqual([]);
});

it("has sessions_index.json told of a session whose process was killed before it wrote that", async () => {
  const dir = tempDir();
  const killed = `
import { Home } from "./src/log/home.js";
import { LogStore } from "./src/log/log-store.js";
import { SessionLogs } from "./src/log/session-logs.js";
const store = new LogStore(new SessionLogs(new Home({ dir: process.argv[3] }), {}));
await store.start({ provider: "acme", command: "x", workspacePath: null, sessionId: "cut", resumed: false });
process.exit(0);
`;
  await runInProcesses(killed, 1, [dir]);
  expect(existsSync(join(dir, "sessions_index.json"))).toBe(false);
  for (const mark of readdirSync(dirOf(dir))) utimesSync(join(dirOf(dir), mark), 1, 1);
  const store = new LogStore(new SessionLogs(new Home({ dir }), {}));
  store.mendIndexes();
  await store.shutdown("over");
  expect(JSON.parse(readFileSync(join(dir, "sessions_index.json"), "utf8"))).toMatchObject({ sessions: [{ session_id: "cut", provider: "acme" }] });
  expect(readdirSync(dirOf(dir))).toEqual([]);
});

it("mends the index after a process that was killed between the log and the index, and nothing stays behind after work that went well", async () => {
  const dir = tempDir();
  const killed = `
import { Home } from "./src/log/home.js";
import { IndexMarks } from "./src/log/index-marks.js";
import { SessionLogs } from "./src/log/session-logs.js";
const home = new Home({ dir: process.argv[3] });
const logsDir = home.dir + "/logs";
new IndexMarks(home).mark({ sessionId: "cut", logsDir });
const logs = new SessionLogs(home, {});
logs.create("cut", { provider: "acme", providerSessionId: null }, logsDir);
logs.append("cut", [{ sourceKind: "wrapper", kind: { type: "user_message", role: "user", content: "hi", message_id: null } }]);
`;
  await runInProcesses(killed, 1, [dir]);
  const [mark = ""] = readdirSync(dirOf(dir));
  utimesSync(join(dirOf(dir), mark), 1, 1);
  expect(homeProblems(dir)).toEqual([expect.stringMatching(/index_lacks: .* cut/)]);
  const home = new Home({ dir });
  const store = new LogStore(new SessionLogs(home, {}));
  store.mendIndexes();
  expect(homeProblems(dir)).toEqual([]);
  const { sessionId } = await store.start({ provider: "acme", command: "x", workspacePath: null, resumed: false });
  await store.end(sessionId, { success: true });
  await store.shutdown("over");
  expect(homeProblems(dir)).toEqual([]);
  expect(existsSync(dirOf(dir)) ? readdirSync(dirOf(dir)) : []).toEqual([]);
});
