import { appendFileSync, chmodSync, mkdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openDatabase } from "../../src/io/sqlite.js";
import { Home } from "../../src/log/home.js";
import type { EventDraft } from "../../src/schema/event.js";
import { waitFor } from "../helpers/wait-for.js";
import { called, growLog, lines, said, started, toText, writeLog, type Line } from "../catalogue/log-lines.js";
import { openSearch, type Opened } from "./open-search.js";

const draft = (kind: unknown): EventDraft => ({ sourceKind: "wrapper", kind: kind as EventDraft["kind"] });

function create({ logs, logsDir }: Opened, sessionId: string): void {
  logs.create(sessionId, { provider: "acme", providerSessionId: null }, logsDir);
  logs.append(sessionId, [draft(started())]);
}

describe("a search and what this process appends", () => {
  it("has it in the very next answer", async () => {
    const opened = openSearch();
    create(opened, "mine");
    for (let nth = 0; nth < 50; nth += 1) {
      opened.logs.append("mine", [draft(said(`needle number${nth}`))]);
      expect(await opened.find(`number${nth}`)).toEqual([`mine/${nth + 2}`]);
      expect((await opened.ask("needle", { match: nth % 2 ? "words" : "substring" })).hits.length).toBe(Math.min(50, nth + 1));
    }
  });

  it("has what was appended to a session that was still for long, among many others", async () => {
    const opened = openSearch();
    create(opened, "mine");
    for (let nth = 0; nth < 200; nth += 1) writeLog(opened.logsDir, `other-${nth}`, [said("x")]);
    expect((await opened.ask("needle")).total).toBe(0);
    opened.logs.append("mine", [draft(said("needle"))]);
    expect(await opened.find("needle")).toEqual(["mine/2"]);
  });

  it("takes it in without being asked", async () => {
    const opened = openSearch();
    await opened.search.ready();
    create(opened, "mine");
    opened.logs.append("mine", [draft(said("needle"))]);
    await waitFor("the row of the event", () => rowsInIndex(opened) === 1);
  });

  it("takes in a whole import in the background, and says meanwhile what is to come", async () => {
    const opened = openSearch();
    const text = "lorem ipsum dolor sit amet ".repeat(4000);
    for (let nth = 0; nth < 30; nth += 1) writeLog(opened.logsDir, `s${nth}`, Array.from({ length: 10 }, () => said(`needle ${text}`)));
    const first = await opened.ask("needle", { limit: 500 });
    expect(first.index.complete).toBe(false);
    expect(first.index.pendingBytes).toBeGreaterThan(1_000_000);
    expect(first.hits.length).toBeLessThan(300);
    const last = await waitFor("the whole index", async () => {
      const page = await opened.ask("needle", { limit: 500 });
      return page.index.complete && page;
    });
    expect(last).toMatchObject({ total: 300, totalIsExact: true, index: { complete: true, pendingBytes: 0 } });
    expect(last.hits.length).toBe(300);
  });

  it("sees its own last append while very much is still to be taken in", async () => {
    const opened = openSearch();
    const text = "lorem ipsum dolor sit amet ".repeat(4000);
    for (let nth = 0; nth < 30; nth += 1) writeLog(opened.logsDir, `s${nth}`, Array.from({ length: 10 }, () => said(text)));
    create(opened, "mine");
    opened.logs.append("mine", [draft(said("needle"))]);
    const page = await opened.ask("needle");
    expect(page.hits.map(({ sessionId, seq }) => `${sessionId}/${seq}`)).toEqual(["mine/2"]);
    expect(page.index.complete).toBe(false);
  });
});

describe("a search and what others do to logs", () => {
  it("has what they append, a half line when it is whole", async () => {
    const { ask, find, logsDir } = openSearch();
    const path = writeLog(logsDir, "s", [started(), said("needle")]);
    expect(await find("needle")).toEqual(["s/2"]);
    growLog(path, "s", [said("needle")], { firstSeq: 3 });
    expect(await find("needle")).toEqual(["s/3", "s/2"]);
    const text = toText(lines("s", [said("needle \u00fc half")], { firstSeq: 4 }));
    const bytes = Buffer.from(text);
    appendFileSync(path, bytes.subarray(0, bytes.length - 20));
    expect((await ask("needle")).index.complete).toBe(true);
    expect(await find("half")).toEqual([]);
    appendFileSync(path, bytes.subarray(bytes.length - 20));
    expect(await find("half")).toEqual(["s/4"]);
    expect(await find("half", { match: "substring" })).toEqual(["s/4"]);
  });

  it("has logs that they make, in new folders too", async () => {
    const { find, home, logsDir } = openSearch();
    expect(await find("needle")).toEqual([]);
    writeLog(logsDir, "s", [said("needle")]);
    writeLog(join(home.dir, "projects", "p", "logs"), "t", [said("needle")], { firstSeq: 5 });
    expect(await find("needle")).toEqual(["t/5", "s/1"]);
  });

  it.each(["words", "substring"] as const)("forgets what a replaced, cut or removed log held, for %s", async (match) => {
    const { find, logsDir } = openSearch();
    const path = writeLog(logsDir, "s", [started(), said("needle old"), said("needle old")]);
    writeLog(logsDir, "t", [said("needle other")], { firstSeq: 9 });
    expect(await find("needle", { match })).toEqual(["t/9", "s/3", "s/2"]);

    writeFileSync(`${path}.new`, toText(lines("s", [started(), started(), started(), said("needle new"), said("x"), said("needle new")])));
    renameSync(`${path}.new`, path);
    expect(await find("needle", { match })).toEqual(["t/9", "s/6", "s/4"]);
    expect(await find("old", { match })).toEqual([]);

    writeFileSync(path, toText(lines("s", [said("needle short")])));
    expect(await find("needle", { match })).toEqual(["t/9", "s/1"]);

    rmSync(path);
    expect(await find("needle", { match })).toEqual(["t/9"]);
    writeLog(logsDir, "s", [said("x"), said("needle again")]);
    expect(await find("needle", { match })).toEqual(["t/9", "s/2"]);
  });

  it("takes a log again that was moved to another folder", async () => {
    const { find, home, logsDir } = openSearch();
    const path = writeLog(logsDir, "s", [said("needle")]);
    expect(await find("needle")).toEqual(["s/1"]);
    const moved = Home.logPath(join(home.dir, "projects", "p", "logs"), "s");
    mkdirSync(dirname(moved), { recursive: true });
    renameSync(path, moved);
    growLog(moved, "s", [said("needle")], { firstSeq: 2 });
    expect(await find("needle")).toEqual(["s/2", "s/1"]);
    expect(await find("needle", { match: "substring" })).toEqual(["s/2", "s/1"]);
  });

  it("answers right when a log was overwritten by one of the same length and time", async () => {
    const opened = openSearch();
    const path = writeLog(opened.logsDir, "s", [said("needle one"), said("needle two"), said("needle six")]);
    utimesSync(path, 1_700_000_000, 1_700_000_000);
    expect(await opened.find("needle")).toEqual(["s/3", "s/2", "s/1"]);
    const [first = "", second = "", third = ""] = readFileSync(path, "utf8").split("\n");
    writeFileSync(path, `${first}\n${"x".repeat(second.length)}\n${third}\n`);
    utimesSync(path, 1_700_000_000, 1_700_000_000);
    expect(await opened.ask("needle")).toMatchObject({ total: 2, hits: [{ seq: 3 }, { seq: 1 }], index: { complete: true } });
    expect(await opened.find("two")).toEqual([]);
  });

  it("lets one process at a time build in the background", async () => {
    const { home, logsDir, ask } = openSearch();
    expect((await ask("needle")).total).toBe(0);
    const db = openDatabase(join(home.dir, "search.sqlite"));
    onTestFinished(() => db.close());
    db.prepare("UPDATE search SET builder = 'other', builds_until_ms = ?").run(Date.now() + 5000);
    writeLog(logsDir, "s", [said("needle")]);
    const second = openSearch({ homeDir: home.dir });
    await second.search.ready();
    expect(rowsInIndex(second)).toBe(0);
    db.exec("UPDATE search SET builds_until_ms = 0");
    await waitFor("the row of the event", () => rowsInIndex(second) === 1);
  });

  it("passes over lines that are broken, and goes on behind them", async () => {
    const { find, logsDir, warnings } = openSearch();
    const path = writeLog(logsDir, "s", [said("needle")]);
    appendFileSync(path, '{"seq":2,"type":"user_message","content":"needle\n\n[]\nnull\n{"seq":"x"}\n');
    growLog(path, "s", [{ type: "user_message", role: "user", content: 7 } as Line, said("needle")], { firstSeq: 3 });
    expect(await find("needle")).toEqual(["s/4", "s/1"]);
    expect(await find("needle", { match: "substring" })).toEqual(["s/4", "s/1"]);
    expect(warnings).toEqual([]);
  });

  it.skipIf(process.getuid?.() === 0)("reports a log that cannot be read, once, and finds the others", async () => {
    const { find, logsDir, warnings } = openSearch();
    chmodSync(writeLog(logsDir, "s", [said("needle")]), 0);
    writeLog(logsDir, "t", [said("needle")]);
    expect(await find("needle")).toEqual(["t/1"]);
    expect(await find("needle", { match: "substring" })).toEqual(["t/1"]);
    expect(warnings.length).toBe(1);
  });

  it("knows the tool and the files of a result whose call was taken in long before", async () => {
    const { find, logsDir } = openSearch();
    const path = writeLog(logsDir, "s", [started({ cwd: "/w" }), called("Read", { file_path: "a.ts" }, { tool_id: "t1" })]);
    expect(await find("needle")).toEqual([]);
    growLog(path, "s", [{ type: "tool_result", tool_name: null, tool_id: "t1", success: true, output: "needle", error: null, data: null }], { firstSeq: 3 });
    for (const match of ["words", "substring"] as const) {
      expect(await find("needle", { match, tool: "Read" })).toEqual(["s/3"]);
      expect(await find("needle", { match, file: "/w/a.ts" })).toEqual(["s/3"]);
      expect(await find("needle", { match, toolKinds: ["file_read"] })).toEqual(["s/3"]);
    }
  });
});

/** Events that stand in the index, as another process sees it. */
function rowsInIndex({ home }: Opened): number {
  const db = openDatabase(join(home.dir, "search.sqlite"), { readOnly: true });
  try {
    return Number(db.prepare("SELECT COUNT(*) AS rows FROM blocks").get()?.["rows"]);
  } finally {
    db.close();
  }
}
