import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { GlobalIndexQueue } from "../../src/log/global-index-queue.js";
import { loadGlobalIndex, saveGlobalIndex, upsertGlobalEntry } from "../../src/log/global-index.js";
import { SessionLogWriter } from "../../src/log/writer.js";
import { sessionMetadata } from "../helpers/session-metadata.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";

const entry = (id: string, provider = "acme") => ({
  session_id: id,
  project: "p",
  log_path: `/p/logs/sessions/${id}.jsonl`,
  provider,
  started_at: "2026-01-05T10:11:12.123456789+00:00",
});

const indexPath = (home: string) => join(home, "sessions_index.json");

test("A global index that is not there is empty", () => {
  expect(loadGlobalIndex(join(tempDir(), "none"))).toEqual({ sessions: [] });
});

test("`saveGlobalIndex()` writes what `loadGlobalIndex()` reads, with two spaces", () => {
  const home = tempDir();
  saveGlobalIndex(home, { sessions: [entry("a")] });
  expect(loadGlobalIndex(home)).toEqual({ sessions: [entry("a")] });
  expect(readFileSync(indexPath(home), "utf8")).toBe(JSON.stringify({ sessions: [entry("a")] }, null, 2));
  saveGlobalIndex(home, { sessions: [] });
  expect(loadGlobalIndex(home)).toEqual({ sessions: [] });
});

test("`upsertGlobalEntry()` adds a session or replaces what is said of it, in its place", () => {
  const home = tempDir();
  for (const id of ["a", "b"]) upsertGlobalEntry(home, entry(id));
  upsertGlobalEntry(home, { ...entry("a"), provider: "other", project: "q", log_path: "/q", started_at: "2026-01-06T00:00:00Z" });
  expect(loadGlobalIndex(home).sessions).toEqual([
    { session_id: "a", provider: "other", project: "q", log_path: "/q", started_at: "2026-01-06T00:00:00Z" },
    entry("b"),
  ]);
});

test("A corrupt global index is moved aside, rebuilt from the logs of the home and reported", () => {
  const home = tempDir();
  const logsDirs = [join(home, "logs"), join(home, "projects", "work-space", "logs")];
  for (const [at, logsDir] of logsDirs.entries()) {
    const writer = SessionLogWriter.create(logsDir, sessionMetadata({ wrapperSessionId: `w-${at}` }));
    writer.emit("wrapper", { type: "stderr", message: "x" }, { ts: `2026-01-0${2 - at}T00:00:00Z` });
  }
  writeFileSync(indexPath(home), '{"sessions":');
  const warnings: string[] = [];
  expect(loadGlobalIndex(home, { onWarning: (message) => warnings.push(message) }).sessions).toEqual([
    { session_id: "w-1", project: "work-space", log_path: join(logsDirs[1] ?? "", "sessions", "w-1.jsonl"), provider: "acme", started_at: "2026-01-01T00:00:00.000Z" },
    expect.objectContaining({ session_id: "w-0" }),
  ]);
  expect(readdirSync(home).filter((name) => name.startsWith("sessions_index.json.corrupt-"))).toHaveLength(1);
  expect(warnings).toHaveLength(1);
  expect(JSON.parse(readFileSync(indexPath(home), "utf8"))).toEqual(loadGlobalIndex(home));
});

test("A rebuild reads the logs folders that it is given", () => {
  const home = tempDir();
  const elsewhere = join(tempDir(), "logs");
  SessionLogWriter.create(elsewhere, sessionMetadata()).emit("wrapper", { type: "stderr", message: "x" });
  writeFileSync(indexPath(home), "");
  expect(loadGlobalIndex(home, { logsDirs: () => [elsewhere] }).sessions).toMatchObject([{ session_id: "w-1" }]);
});

test("`GlobalIndexQueue` writes a burst at once, the last word on each session, and keeps what others wrote", async () => {
  const home = tempDir();
  const queue = new GlobalIndexQueue(home, { delayMs: 5 });
  upsertGlobalEntry(home, entry("foreign"));
  for (const id of ["a", "b"]) queue.upsert([entry(id)]);
  queue.upsert([entry("a", "other")]);
  expect(loadGlobalIndex(home).sessions).toEqual([entry("foreign")]);
  await waitFor("the write", () => loadGlobalIndex(home).sessions.length === 3);
  expect(loadGlobalIndex(home).sessions).toEqual([entry("foreign"), entry("a", "other"), entry("b")]);
  queue.close();
});

test("`GlobalIndexQueue.close()` writes what is pending, and takes no more", () => {
  const home = tempDir();
  const queue = new GlobalIndexQueue(home);
  queue.upsert([entry("a")]);
  queue.close();
  queue.close();
  expect(loadGlobalIndex(home).sessions).toEqual([entry("a")]);
  expect(() => queue.upsert([entry("b")])).toThrow(expect.objectContaining({ code: "LOG_CLOSED" }));
});

test("`GlobalIndexQueue` tries again after a write that failed", async () => {
  const home = join(tempDir(), "home");
  writeFileSync(home, "a file where the folder belongs");
  const warnings: string[] = [];
  const queue = new GlobalIndexQueue(home, { delayMs: 2, onWarning: (message) => warnings.push(message) });
  queue.upsert([entry("a")]);
  await waitFor("a warning", () => warnings.length > 0);
  rmSync(home);
  mkdirSync(home);
  await waitFor("the write", () => loadGlobalIndex(home).sessions.length === 1);
  expect(warnings[0]).toContain("sessions_index.json");
  queue.close();
});

test("`GlobalIndexQueue` tells those that had nothing to write too, and all but one that throws", async () => {
  const home = tempDir();
  const [told, warnings]: [string[], string[]] = [[], []];
  const queue = new GlobalIndexQueue(home, { delayMs: 2, onWarning: (message) => warnings.push(message) });
  queue.upsert([], () => told.push("nothing"));
  await waitFor("the word on nothing", () => told.length === 1);
  queue.upsert([entry("a")], () => {
    throw new Error("database is locked");
  });
  queue.upsert([entry("b")], () => told.push("b"));
  await waitFor("the word on b", () => told.length === 2);
  expect(told).toEqual(["nothing", "b"]);
  expect(warnings).toEqual([expect.stringContaining("database is locked")]);
  expect(loadGlobalIndex(home).sessions).toEqual([entry("a"), entry("b")]);
  queue.close();
});

test("A rebuild reads the logs of a writer whose folder lies elsewhere", () => {
  const [home, logsDir] = [tempDir(), tempDir()];
  const earlier = SessionLogWriter.create(logsDir, sessionMetadata({ wrapperSessionId: "earlier" }));
  earlier.emit("wrapper", { type: "stderr", message: "m" });
  earlier.close();
  writeFileSync(indexPath(home), "{ broken");
  const writer = SessionLogWriter.create(logsDir, sessionMetadata());
  writer.setGlobalIndexDir(home);
  writer.close();
  expect(loadGlobalIndex(home).sessions.map(({ session_id }) => session_id)).toEqual(["earlier", "w-1"]);
});
