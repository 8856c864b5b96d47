import { appendFileSync, chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { openDatabase } from "../../../src/io/sqlite.js";
import { isFault, type Finding, type RepairStep } from "../../../src/schema/health.js";
import { plainEvents } from "../../helpers/home-check.js";
import { logPaths } from "../../helpers/logged.js";
import { treeOf } from "../../helpers/tree.js";
import { healthyHome, type TestHome } from "./open-home.js";

let home: TestHome;
beforeEach(async () => {
  home = await healthyHome();
});

const logOf = (id: string): string => logPaths(home.dir).find((path) => basename(path) === `${id}.jsonl`) ?? "";
const inLogs = (name: string): string => join(dirname(dirname(logOf("one"))), name);
const linesOf = (path: string): string[] => readFileSync(path, "utf8").split("\n").slice(0, -1);
const rewrite = (path: string, change: (lines: string[]) => string[]): void => writeFileSync(path, change(linesOf(path)).map((line) => `${line}\n`).join(""));
const contents = (id: string): unknown[] => plainEvents(logOf(id)).flatMap(({ content }) => (content === undefined ? [] : [content]));
const said = (id: string): string[] => Array.from({ length: 6 }, (_, nth) => `${id} says ${nth}`);
const check = (): Promise<Finding[]> => home.open(async ({ health }) => (await health.check({})).findings, { readOnly: true });
const codes = (findings: readonly Finding[]): string[] => [...new Set(findings.filter(isFault).map(({ code }) => code))];
const backups = (path: string): string[] => readdirSync(dirname(path)).filter((name) => name.startsWith(`${basename(path)}.backup-`));

async function repair(): Promise<RepairStep[]> {
  return home.open(async ({ health }) => health.repair((await health.check({})).findings, {}));
}

function inDatabase(name: string, sql: string): void {
  const db = openDatabase(join(home.dir, name));
  db.exec(sql);
  db.close();
}

/** Changes the one entry of a session in an index. */
function inIndex(path: string, change: (sessions: Record<string, unknown>[]) => Record<string, unknown>[]): void {
  const index = JSON.parse(readFileSync(path, "utf8")) as { sessions: Record<string, unknown>[] };
  writeFileSync(path, JSON.stringify({ sessions: change(index.sessions) }, null, 2));
}

it("finds nothing in a home that was written as promised, writes nothing into it, and counts what it read", async () => {
  const before = treeOf(home.dir).filter((line) => !/-(?:shm|wal) /.test(line));
  const report = await home.open(({ health }) => health.check({}), { readOnly: true });
  expect(report.findings).toEqual([]);
  expect(report.logs).toBe(3);
  expect(report.events).toBe(logPaths(home.dir).flatMap(plainEvents).length);
  expect(report.bytes).toBe(logPaths(home.dir).reduce((sum, path) => sum + statSync(path).size, 0));
  expect(treeOf(home.dir).filter((line) => !/-(?:shm|wal) /.test(line))).toEqual(before);
  expect(await repair()).toEqual([]);
});

describe("a log", () => {
  it.each([
    ["unreadable lines", ["unreadable_lines"], (lines: string[]) => [lines[0] ?? "", "{no json", "42", ...lines.slice(1)], "2 lines, the first line 2"],
    ["a line that was overwritten", ["unreadable_lines"], (lines: string[]) => lines.map((line, nth) => (nth === 2 ? line.replace("{", "#") : line)), "line 3"],
    ["a number that stands twice", ["seq_break"], (lines: string[]) => lines.map((line, nth) => (nth > 2 ? line.replace(/"seq":(\d+)/, (_, seq) => `"seq":${Number(seq) - 1}`) : line)), "1 breaks in seq, the first at line 4: 3 after 3"],
    ["a gap in the numbers", ["seq_break"], (lines: string[]) => lines.map((line, nth) => (nth > 2 ? line.replace(/"seq":(\d+)/, (_, seq) => `"seq":${Number(seq) + 5}`) : line)), "1 breaks in seq, the first at line 4: 9 after 3"],
    ["an event that stands twice", ["seq_break", "doubled_key"], (lines: string[]) => [...lines.slice(0, 3), lines[2] ?? "", ...lines.slice(3)], "1 breaks in seq, the first at line 4: 3 after 3"],
  ] as const)("with %s is found, and is written anew without losing an event", async (_name, expected, damage, what) => {
    const before = linesOf(logOf("one"));
    rewrite(logOf("one"), (lines) => [...damage(lines)]);
    const damaged = readFileSync(logOf("one"), "utf8");
    const findings = await check();
    expect(codes(findings).filter((code) => !code.endsWith("_differs"))).toEqual(expected);
    expect(findings.find(({ code }) => code === expected[0])).toMatchObject({ path: logOf("one"), sessionId: "one", what });
    const steps = await repair();
    expect(steps.every(({ done }) => done)).toBe(true);
    expect(await check()).toEqual([expect.objectContaining({ code: "kept_aside" })]);
    const events = plainEvents(logOf("one"));
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, nth) => nth + 1));
    const lost = _name === "a line that was overwritten" ? [said("one")[1]] : [];
    expect(contents("one")).toEqual(said("one").filter((text) => !lost.includes(text)));
    const [backup = ""] = backups(logOf("one"));
    expect(readFileSync(join(dirname(logOf("one")), backup), "utf8")).toBe(damaged);
    expect(statSync(join(dirname(logOf("one")), backup)).mode & 0o077).toBe(0);
    const warnings = events.filter(({ type }) => type === "parse_warning");
    expect(warnings.map(({ raw }) => raw)).toEqual(expected[0] === "unreadable_lines" ? [lost.length > 0 ? (before[2] ?? "").replace("{", "#") : "{no json"] : []);
  });

  it("in which another event took an origin or key keeps the event, without the name", async () => {
    rewrite(logOf("two"), (lines) => lines.map((line) => line.replace('"key":"two-4"', '"key":"two-1"')));
    expect(codes(await check())).toEqual(["doubled_key"]);
    await repair();
    expect(codes(await check())).toEqual([]);
    expect(contents("two")).toEqual(said("two"));
    expect(plainEvents(logOf("two")).flatMap(({ key }) => key ?? [])).toEqual(["two-0", "two-1", "two-2", "two-3", "two-5"]);
  });

  it("that ends in half a line is found, and what could not be read of it is told by a warning", async () => {
    appendFileSync(logOf("two"), '{"seq":9,"ts":"2026');
    expect((await check()).filter(isFault)).toEqual([{ code: "torn_tail", path: logOf("two"), sessionId: "two", what: "19 bytes without a newline at the end" }]);
    await repair();
    expect(await check()).toEqual([]);
    expect(contents("two")).toEqual(said("two"));
    expect(plainEvents(logOf("two")).at(-1)).toMatchObject({ type: "parse_warning", raw: '{"seq":9,"ts":"2026' });
  });

  it("with lines of wrong fields or of another session is found, and left as it is", async () => {
    rewrite(logOf("two"), (lines) => lines.map((line, nth) => (nth === 1 ? line.replace('"role":"user"', '"role":7') : nth === 3 ? line.replace('"wrapper_session_id":"two"', '"wrapper_session_id":"else"') : line)));
    const before = readFileSync(logOf("two"), "utf8");
    const found = (await check()).filter(({ path }) => path === logOf("two"));
    expect(found.map(({ code, what }) => [code, what])).toEqual([
      ["wrong_fields", "line 2 (role)"],
      ["wrong_session", "line 4 of another session"],
    ]);
    await repair();
    expect(readFileSync(logOf("two"), "utf8")).toBe(before);
  });

  it("that another program numbered is no fault", async () => {
    rewrite(logOf("two"), (lines) => lines.map((line, nth) => (nth > 2 ? line.replace(/"seq":\d+,"ts":"([^"]*)Z"/, '"seq":3,"ts":"$1123456+00:00"') : line)));
    const found = (await check()).filter(({ path }) => path === logOf("two"));
    expect(found).toEqual([expect.objectContaining({ code: "foreign_seq" })]);
  });

  it("that is a link, has a twin, or no name of a log is told", async () => {
    symlinkSync(logOf("one"), join(dirname(logOf("one")), "linked.jsonl"));
    writeFileSync(join(dirname(logOf("one")), "ONE.jsonl"), readFileSync(logOf("one")), { mode: 0o600 });
    writeFileSync(join(dirname(logOf("one")), "notes.txt"), "", { mode: 0o600 });
    const found = await check();
    expect(codes(found)).toEqual(expect.arrayContaining(["unreadable_log", "twin_log"]));
    expect(found).toContainEqual(expect.objectContaining({ code: "strange_name", path: expect.stringContaining("notes.txt") }));
  });
});

describe("an index", () => {
  it.each([
    ["lacks a session", "index_lacks", (sessions: Record<string, unknown>[]) => sessions.slice(1)],
    ["says something else", "index_differs", (sessions: Record<string, unknown>[]) => sessions.map((entry) => ({ ...entry, started_at: "2001-01-01T00:00:00Z" }))],
    ["has a session without a log", "index_surplus", (sessions: Record<string, unknown>[]) => [...sessions, { ...sessions[0], wrapper_session_id: "gone", session_id: "gone" }]],
    ["has a session twice", "index_surplus", (sessions: Record<string, unknown>[]) => [...sessions, { ...sessions[0] }]],
  ] as const)("that %s is found and mended, for a folder and for the home", async (_name, code, change) => {
    for (const path of [inLogs("index.json"), join(home.dir, "sessions_index.json")]) {
      const before = JSON.parse(readFileSync(path, "utf8")) as { sessions: unknown[] };
      inIndex(path, change);
      const found = await check();
      expect(codes(found)).toEqual([code]);
      expect(found.filter(isFault).every((finding) => finding.path === path)).toBe(true);
      await repair();
      expect((await check()).filter(isFault)).toEqual([]);
      const after = JSON.parse(readFileSync(path, "utf8")) as { sessions: unknown[] };
      expect(after.sessions).toHaveLength(before.sessions.length);
      expect(after.sessions).toEqual(expect.arrayContaining(before.sessions));
      expect(backups(path)).toHaveLength(code === "index_surplus" ? 1 : 0);
    }
  });

  it("that cannot be read is found, moved aside and made anew", async () => {
    for (const path of [inLogs("index.json"), inLogs("backfill_state.json"), join(home.dir, "sessions_index.json")]) {
      writeFileSync(path, '{"sessions":[', { mode: 0o600 });
      expect(codes(await check())).toContain("unreadable_index");
      await repair();
      expect(codes(await check())).toEqual([]);
      expect(JSON.parse(readFileSync(path, "utf8"))).toBeTypeOf("object");
      const aside = readdirSync(dirname(path)).filter((name) => name.startsWith(`${basename(path)}.corrupt-`));
      expect(aside.map((name) => readFileSync(join(dirname(path), name), "utf8"))).toEqual(['{"sessions":[']);
    }
  });
});

describe("a database", () => {
  it.each(["catalogue.sqlite", "search.sqlite", "import.sqlite"])("%s that is damaged is found, and made anew", async (name) => {
    for (const suffix of ["-wal", "-shm"]) rmSync(join(home.dir, name + suffix), { force: true });
    writeFileSync(join(home.dir, name), "no database".repeat(999));
    const found = await check();
    expect(found.filter(isFault)).toEqual([expect.objectContaining({ code: "damaged_database", path: join(home.dir, name) })]);
    expect((await repair()).map(({ done, path }) => [done, path])).toEqual([[true, join(home.dir, name)]]);
    expect(codes(await check())).toEqual([]);
    expect(existsSync(join(home.dir, name))).toBe(name !== "import.sqlite");
    const report = await home.open(({ services: { ingest } }) => ingest.import({ dryRun: false, force: false }));
    expect(report).toMatchObject({ events: 0, failed: [] });
  });

  it.each([
    ["catalogue.sqlite", "catalogue_differs", "UPDATE states SET state = json_set(state, '$.userMessages', 77) WHERE n = 1", "the log says something else of userMessages"],
    ["catalogue.sqlite", "catalogue_differs", "DELETE FROM sessions WHERE n = 1", "the session is missing"],
    ["catalogue.sqlite", "catalogue_differs", "UPDATE tallies SET sessions = sessions * 2", "it counts 6 sessions and holds 3"],
    ["search.sqlite", "search_differs", "DELETE FROM blocks WHERE n = (SELECT n FROM sessions WHERE id = 'two') AND id = (SELECT first_row FROM sessions WHERE id = 'two')", "6 rows, and 7 events with text"],
    ["search.sqlite", "search_differs", "UPDATE blocks SET offset_bytes = offset_bytes + 1 WHERE id = (SELECT MIN(id) FROM blocks)", "rows at places where no event with text begins"],
    ["search.sqlite", "search_differs", "DELETE FROM texts WHERE rowid = 1", "1 rows without words"],
    ["import.sqlite", "orphaned_checkpoint", "DELETE FROM sessions", "1 rows of files or sessions that it does not know"],
  ])("%s that says something else is found (%s by %s) and made anew", async (name, code, sql, what) => {
    inDatabase(name, sql);
    const found = await check();
    expect(codes(found)).toEqual([code]);
    expect(found.map((finding) => finding.what)).toContain(what);
    await repair();
    expect(codes(await check())).toEqual([]);
  });

  it("that is behind or that another version wrote is no fault", async () => {
    const lines = linesOf(logOf("two"));
    appendFileSync(logOf("two"), `${lines[1]?.replace(/"seq":\d+/, `"seq":${lines.length + 1}`).replace(/,"key":"[^"]*"/, "")}\n`);
    inDatabase("search.sqlite", "PRAGMA user_version = 999");
    const found = await check();
    expect(codes(found)).toEqual([]);
    expect(found).toEqual([{ code: "other_version", path: join(home.dir, "search.sqlite"), what: "version 999" }]);
    const survey = await home.open(({ health }) => Promise.resolve(health.survey()), { readOnly: true });
    expect(survey.databases.map(({ path, state }) => [basename(path), state])).toEqual([["catalogue.sqlite", "good"], ["search.sqlite", "other version"], ["import.sqlite", "good"]]);
    expect(survey.databases[0]?.pendingBytes).toBeGreaterThan(100);
  });
});

describe("a file", () => {
  it.skipIf(process.platform === "win32")("that others may read is found, and is private again", async () => {
    const paths = [logOf("one"), inLogs("index.json"), dirname(logOf("one")), home.dir, join(home.dir, "import.sqlite")];
    for (const path of paths) chmodSync(path, statSync(path).mode | 0o055);
    const found = await check();
    expect(codes(found)).toEqual(["open_to_others"]);
    expect(found.map(({ path }) => path)).toEqual(expect.arrayContaining(paths));
    await repair();
    expect(await check()).toEqual([]);
    for (const path of paths) expect(statSync(path).mode & 0o077).toBe(0);
  });

  it("that a killed process left is told and removed; a young one is its writer's", async () => {
    const [old, young] = ["0123456789ab", "ba9876543210"].map((hex) => inLogs(`index.json.${hex}.tmp`));
    for (const path of [old, young]) writeFileSync(path ?? "", "{", { mode: 0o600 });
    utimesSync(old ?? "", 1, 1);
    expect(await check()).toEqual([{ code: "stale_temporary", path: old, what: "1 bytes" }]);
    await repair();
    expect([old, young].map((path) => existsSync(path ?? ""))).toEqual([false, true]);
  });

  it("that is no lock keeps writers out, is found and moved aside", async () => {
    const locks = inLogs("locks");
    const lock = join(locks, readdirSync(locks).find((name) => /^[0-9a-f]{2}\.lock$/.test(name)) ?? "");
    writeFileSync(lock, "something that is no lock at all");
    expect((await check()).filter(isFault)).toEqual([{ code: "unusable_lock", path: lock, what: "32 bytes that are no lock" }]);
    await repair();
    expect(codes(await check())).toEqual([]);
  });
});

it("does the rest where one thing cannot be mended, and says which", async () => {
  rewrite(logOf("one"), (lines) => [...lines, "{"]);
  const index = inLogs("index.json");
  rmSync(index);
  mkdirSync(index, { mode: 0o700 });
  const steps = await repair();
  expect(steps.map(({ done, path }) => [done, path])).toContainEqual([true, logOf("one")]);
  expect(steps.filter(({ done }) => !done)).toEqual([{ done: false, path: home.dir, what: expect.stringContaining(index) }]);
  expect(codes(await check())).toEqual(["unreadable_index"]);
});

it("repairs nothing where nothing may be written", async () => {
  await expect(home.open(({ health }) => health.repair([], {}), { readOnly: true })).rejects.toMatchObject({ code: "READ_ONLY" });
});

it("tells how far it is, and stops when it is told to", async () => {
  const seen: number[] = [];
  await home.open(({ health }) => health.check({ onProgress: ({ done, total }) => seen.push(done / total) }), { readOnly: true });
  expect(seen.at(-1)).toBe(1);
  appendFileSync(logOf("two"), "{");
  const stopped = home.open(({ health }) => health.check({ signal: AbortSignal.abort(new Error("enough")) }), { readOnly: true });
  await expect(stopped).rejects.toThrow("enough");
});
