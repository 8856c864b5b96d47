import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openDatabase } from "../../src/io/sqlite.js";
import { searchVersion } from "../../src/search/search-schema.js";
import { growLog, said, started, writeLog } from "../catalogue/log-lines.js";
import { tempDir } from "../helpers/temp-dir.js";
import { openSearch, queryOf, type Opened } from "./open-search.js";

function filledHome(): { homeDir: string; file: string } {
  const homeDir = tempDir();
  for (let nth = 0; nth < 30; nth += 1) writeLog(join(homeDir, "logs"), `s-${nth}`, [started({ cwd: `/w${nth % 3}` }), said(`needle number${nth}`)]);
  return { homeDir, file: join(homeDir, "search.sqlite") };
}

async function expectWhole({ ask, find }: Opened, total = 30): Promise<void> {
  expect(await ask("needle")).toMatchObject({ total, totalIsExact: true, index: { complete: true, pendingBytes: 0 } });
  expect(await find("number7")).toEqual(["s-7/2"]);
  expect((await ask("needle", { workspace: "/w1" })).total).toBe(10);
  expect((await ask("needle", { match: "substring" })).total).toBe(total);
}

function asideIn(homeDir: string): string[] {
  return readdirSync(homeDir).filter((name) => name.startsWith("search.sqlite.corrupt-"));
}

describe("search.sqlite", () => {
  it("is made on first use, for its owner alone", async () => {
    const { homeDir, file } = filledHome();
    const opened = openSearch({ homeDir });
    expect(existsSync(file)).toBe(false);
    await expectWhole(opened);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    for (const ending of ["-wal", "-shm"]) expect(statSync(`${file}${ending}`).mode & 0o777).toBe(0o600);
  });

  it("is made in a home that is not there yet", async () => {
    const { ask } = openSearch({ homeDir: join(tempDir(), "a", "b") });
    expect((await ask("x")).total).toBe(0);
  });

  it("holds no text that could be read in it", async () => {
    const { homeDir, file } = filledHome();
    const opened = openSearch({ homeDir });
    writeLog(opened.logsDir, "secret", [said("the quick brown fox jumps over the lazy dog")]);
    await opened.ask("needle");
    opened.search.close();
    expect(readFileSync(file, "latin1")).not.toContain("quick brown");
  });

  it("serves the next process as it is", async () => {
    const { homeDir, file } = filledHome();
    const first = openSearch({ homeDir });
    await expectWhole(first);
    first.search.close();
    const inode = statSync(file).ino;
    await expectWhole(openSearch({ homeDir }));
    expect(statSync(file).ino).toBe(inode);
  });

  it("is only read by a process that finds nothing new", async () => {
    const { homeDir, file } = filledHome();
    utimesSync(join(homeDir, "logs", "sessions"), 1_700_000_000, 1_700_000_000);
    const first = openSearch({ homeDir });
    await first.search.ready();
    await expectWhole(first);
    first.search.close();
    checkpoint(file);
    const second = openSearch({ homeDir });
    await second.search.ready();
    await expectWhole(second);
    expect(statSync(`${file}-wal`).size).toBe(0);
  });

  it.each([["with its journals", ["", "-wal", "-shm"]], ["alone", [""]], ["but for the file itself", ["-wal", "-shm"]]])(
    "can be deleted while several use it, %s",
    async (_name, endings) => {
      const { homeDir, file } = filledHome();
      const opened = [openSearch({ homeDir }), openSearch({ homeDir })] as const;
      for (const one of opened) await expectWhole(one);
      for (const ending of endings) rmSync(`${file}${ending}`, { force: true });
      writeLog(opened[0].logsDir, "new", [said("needle")]);
      for (const one of opened) await expectWhole(one, 31);
      for (const one of opened) expect(one.warnings).toEqual([]);
      await expectWhole(openSearch({ homeDir }), 31);
    },
  );

  const damages: [string, (file: string) => void][] = [
    ["filled with something else", (file) => writeFileSync(file, "this is no database ".repeat(1000))],
    ["cut", (file) => truncateSync(file, 5000)],
    ["overwritten in its middle", (file) => writeFileSync(file, readFileSync(file).fill(0xaa, 4096))],
    ["replaced by another database", replaceByOther],
    ["left without the text index", (file) => changeIn(file, "DROP TABLE texts")],
    ["left with states of nonsense", (file) => changeIn(file, "UPDATE sessions SET state = 'x', pending_bytes = 1")],
  ];

  it.each(damages)("is moved aside, reported once and rebuilt when it was %s at rest", async (_name, damage) => {
    const { homeDir, file } = filledHome();
    const first = openSearch({ homeDir });
    await expectWhole(first);
    first.search.close();
    checkpoint(file);
    damage(file);
    const second = openSearch({ homeDir });
    await expectWhole(second);
    await expectWhole(second);
    expect(second.warnings.length).toBe(1);
    expect(second.warnings[0]).toContain("moved to");
    expect(asideIn(homeDir).length).toBe(1);
  });

  it("gives right answers when it is overwritten in use, to all who use it", async () => {
    const { homeDir, file } = filledHome();
    const opened = openSearch({ homeDir });
    const other = openSearch({ homeDir });
    await expectWhole(opened);
    await expectWhole(other);
    for (const ending of ["", "-wal"]) {
      if (existsSync(`${file}${ending}`)) writeFileSync(`${file}${ending}`, Buffer.alloc(statSync(`${file}${ending}`).size, 0x55));
    }
    writeLog(opened.logsDir, "new", [said("needle")]);
    await expectWhole(opened, 31);
    await expectWhole(other, 31);
    await expectWhole(openSearch({ homeDir }), 31);
    expect(asideIn(homeDir).length).toBeGreaterThan(0);
  });

  it("is rebuilt from an older version's file", async () => {
    const { homeDir, file } = filledHome();
    const db = openDatabase(file);
    db.exec("CREATE TABLE sessions (old TEXT); PRAGMA user_version = -1");
    db.close();
    const opened = openSearch({ homeDir });
    await expectWhole(opened);
    expect(opened.warnings).toEqual([]);
  });

  it("leaves a newer version's file as it is and works in memory", async () => {
    const { homeDir, file } = filledHome();
    const db = openDatabase(file);
    db.exec("CREATE TABLE sessions (new TEXT); PRAGMA user_version = 999");
    db.close();
    const opened = openSearch({ homeDir });
    await expectWhole(opened);
    expect(opened.warnings.length).toBe(1);
    const after = openDatabase(file);
    expect(after.prepare("PRAGMA user_version").get()).toEqual({ user_version: 999 });
    after.close();
  });

  it("works in memory where the file cannot be made", async () => {
    const { homeDir, file } = filledHome();
    mkdirSync(file);
    const opened = openSearch({ homeDir });
    await expectWhole(opened);
    expect(opened.warnings.length).toBe(1);
  });

  it("is one for all processes of a home", async () => {
    const { homeDir } = filledHome();
    const one = openSearch({ homeDir });
    const other = openSearch({ homeDir });
    await expectWhole(one);
    await expectWhole(other);
    const path = writeLog(one.logsDir, "shared", [started(), said("shared")]);
    for (let nth = 0; nth < 20; nth += 1) {
      growLog(path, "shared", [said("shared")], { firstSeq: 3 + nth });
      const [reader, second] = nth % 2 ? [one, other] : [other, one];
      expect((await reader.ask("shared")).total).toBe(2 + nth);
      expect((await second.ask("shared")).total).toBe(2 + nth);
    }
  });

  it("refuses every search after close()", async () => {
    const { search, ask } = openSearch();
    expect((await ask("x")).total).toBe(0);
    search.close();
    search.close();
    for (const match of ["words", "substring", "regex"] as const) {
      await expect(search.search(queryOf("x", { match }))).rejects.toMatchObject({ code: "LOG_CLOSED" });
    }
  });
});

function changeIn(file: string, sql: string): void {
  const db = openDatabase(file);
  db.exec(sql);
  db.close();
}

/** Brings all that stands in the journal into the file itself. */
function checkpoint(file: string): void {
  const db = openDatabase(file);
  db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").all();
  db.close();
}

function replaceByOther(file: string): void {
  rmSync(file);
  changeIn(file, `CREATE TABLE search (x TEXT); PRAGMA user_version = ${searchVersion}`);
}
