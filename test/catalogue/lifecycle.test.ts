import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { catalogueVersion } from "../../src/catalogue/catalogue-schema.js";
import type { CoreError } from "../../src/errors.js";
import { openDatabase } from "../../src/io/sqlite.js";
import { tempDir } from "../helpers/temp-dir.js";
import { growLog, said, started, writeLog } from "./log-lines.js";
import { idsOf, openCatalogue, query, type Opened } from "./open-catalogue.js";

function filledHome(): { homeDir: string; file: string } {
  const homeDir = tempDir();
  for (let nth = 0; nth < 30; nth++) writeLog(join(homeDir, "logs"), `s-${nth}`, [started({ cwd: `/w${nth % 3}` }), said(`title ${nth}`)]);
  return { homeDir, file: join(homeDir, "catalogue.sqlite") };
}

function expectWhole({ catalogue }: Opened, total = 30): void {
  const page = catalogue.list(query());
  expect(page.total).toBe(total);
  expect(page.sessions.length).toBe(total);
  expect(catalogue.get("s-7")?.title).toBe("title 7");
  expect(catalogue.list(query({ workspace: "/w1" })).total).toBe(10);
}

function asideIn(homeDir: string): string[] {
  return readdirSync(homeDir).filter((name) => name.startsWith("catalogue.sqlite.corrupt-"));
}

describe("catalogue.sqlite", () => {
  it("is made on first use, for its owner alone", () => {
    const { homeDir, file } = filledHome();
    const opened = openCatalogue({ homeDir });
    expect(existsSync(file)).toBe(false);
    expectWhole(opened);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("is made in a home that is not there yet", () => {
    const opened = openCatalogue({ homeDir: join(tempDir(), "a", "b") });
    expect(opened.catalogue.list(query()).total).toBe(0);
  });

  it("serves the next process as it is", () => {
    const { homeDir } = filledHome();
    const first = openCatalogue({ homeDir });
    expectWhole(first);
    first.catalogue.close();
    const second = openCatalogue({ homeDir });
    expect(second.catalogue.locate("s-3")).toBe(first.logsDir);
    expectWhole(second);
  });

  it("can be deleted while it lies still", () => {
    const { homeDir, file } = filledHome();
    const first = openCatalogue({ homeDir });
    expectWhole(first);
    first.catalogue.close();
    rmSync(file);
    const second = openCatalogue({ homeDir });
    expectWhole(second);
    expect(second.warnings).toEqual([]);
  });

  it.each([["with its journals", ["", "-wal", "-shm"]], ["alone", [""]], ["but for the file itself", ["-wal", "-shm"]]])(
    "can be deleted while several use it, %s",
    (_name, endings) => {
      const { homeDir, file } = filledHome();
      const opened = [openCatalogue({ homeDir }), openCatalogue({ homeDir })] as const;
      for (const one of opened) expectWhole(one);
      for (const ending of endings) rmSync(`${file}${ending}`, { force: true });
      writeLog(opened[0].logsDir, "new", [started()]);
      for (const one of opened) expectWhole(one, 31);
      for (const one of opened) expect(one.warnings).toEqual([]);
      expectWhole(openCatalogue({ homeDir }), 31);
    },
  );

  const damages: [string, (file: string) => void][] = [
    ["filled with something else", (file) => writeFileSync(file, "this is no database ".repeat(1000))],
    ["cut", (file) => truncateSync(file, 5000)],
    ["overwritten in its middle", (file) => writeFileSync(file, readFileSync(file).fill(0xaa, 4096))],
    ["replaced by another database", (file) => replaceByOther(file)],
  ];

  it.each(damages)("is moved aside, reported once and rebuilt when it was %s at rest", (_name, damage) => {
    const { homeDir, file } = filledHome();
    const first = openCatalogue({ homeDir });
    expectWhole(first);
    first.catalogue.close();
    checkpoint(file);
    damage(file);
    const second = openCatalogue({ homeDir });
    expectWhole(second);
    expectWhole(second);
    expect(second.warnings.length).toBe(1);
    expect(second.warnings[0]).toContain("moved to");
    expect(asideIn(homeDir).length).toBe(1);
  });

  it("gives right answers when it is overwritten in use", () => {
    const { homeDir, file } = filledHome();
    const opened = openCatalogue({ homeDir });
    expectWhole(opened);
    for (const ending of ["", "-wal"]) {
      if (existsSync(`${file}${ending}`)) writeFileSync(`${file}${ending}`, Buffer.alloc(statSync(`${file}${ending}`).size, 0x55));
    }
    writeLog(opened.logsDir, "new", [started()]);
    expectWhole(opened, 31);
    expectWhole(openCatalogue({ homeDir }), 31);
    expect(asideIn(homeDir).length).toBeGreaterThan(0);
  });

  it("is rebuilt from an older version's file", () => {
    const { homeDir, file } = filledHome();
    const db = openDatabase(file);
    db.exec("CREATE TABLE sessions (old TEXT); PRAGMA user_version = -1");
    db.close();
    const opened = openCatalogue({ homeDir });
    expectWhole(opened);
    expect(opened.warnings).toEqual([]);
  });

  it("leaves a newer version's file as it is and works in memory", () => {
    const { homeDir, file } = filledHome();
    const db = openDatabase(file);
    db.exec("CREATE TABLE sessions (new TEXT); PRAGMA user_version = 999");
    db.close();
    const opened = openCatalogue({ homeDir });
    expectWhole(opened);
    expect(opened.warnings.length).toBe(1);
    const after = openDatabase(file);
    expect(after.prepare("PRAGMA user_version").get()).toEqual({ user_version: 999 });
    after.close();
  });

  it("works in memory where the file cannot be made", () => {
    const { homeDir, file } = filledHome();
    mkdirSync(file);
    const opened = openCatalogue({ homeDir });
    expectWhole(opened);
    expect(opened.warnings.length).toBe(1);
  });

  it("is one for all processes of a home", () => {
    const { homeDir } = filledHome();
    const one = openCatalogue({ homeDir });
    const other = openCatalogue({ homeDir });
    expectWhole(one);
    expectWhole(other);
    const path = writeLog(one.logsDir, "shared", [started(), said("x")]);
    for (let nth = 0; nth < 20; nth++) {
      growLog(path, "shared", [said("y")], { firstSeq: 3 + nth });
      const [reader, second] = nth % 2 ? [one, other] : [other, one];
      expect(reader.catalogue.get("shared")?.events).toBe(3 + nth);
      expect(second.catalogue.list(query()).sessions[0]?.events).toBe(3 + nth);
    }
  });

  it("refuses every call after close()", () => {
    const { catalogue } = openCatalogue();
    expect(idsOf(catalogue.list(query()))).toEqual([]);
    catalogue.close();
    catalogue.close();
    const asker = { providerSessionIds: [], workspace: "/" };
    const calls = [
      () => catalogue.list(query()),
      () => catalogue.get("abcd"),
      () => catalogue.resolve("latest", asker, { forWriting: false }),
      () => catalogue.shortId("abcd"),
      () => catalogue.findByNative("claude", "abcd"),
      () => catalogue.locate("abcd"),
      () => catalogue.seqOffset("abcd", 1000),
    ];
    for (const call of calls) {
      let code = "";
      try {
        call();
      } catch (error) {
        code = (error as CoreError).code;
      }
      expect(code).toBe("LOG_CLOSED");
    }
  });
});

/** Brings all that stands in the journal into the file itself. */
function checkpoint(file: string): void {
  const db = openDatabase(file);
  db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").all();
  db.close();
}

function replaceByOther(file: string): void {
  rmSync(file);
  const db = openDatabase(file);
  db.exec(`CREATE TABLE catalogue (x TEXT); PRAGMA user_version = ${catalogueVersion}`);
  db.close();
}
