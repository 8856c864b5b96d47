import { join } from "node:path";
import { expect, it } from "vitest";
import { openDatabase } from "../../src/io/sqlite.js";
import { waitFor } from "../helpers/wait-for.js";
import { growLog, said, started, writeLog } from "../catalogue/log-lines.js";
import { openSearch, type Opened } from "./open-search.js";

function countIn({ home }: Opened, sql: string): number {
  const db = openDatabase(join(home.dir, "search.sqlite"), { readOnly: true });
  try {
    return Number(Object.values(db.prepare(sql).get() ?? {})[0]);
  } finally {
    db.close();
  }
}

/** Sorted runs of words in the index; each transaction that writes texts adds one. */
const segmentsIn = (opened: Opened): number => countIn(opened, "SELECT COUNT(DISTINCT id >> 37) FROM texts_data WHERE id >> 37 > 0");

it("what many answers took in one by one is merged in the background, and found as before", async () => {
  const opened = openSearch();
  const path = writeLog(opened.logsDir, "one", [started()]);
  for (let nth = 0; nth < 20; nth += 1) {
    growLog(path, "one", [said(`needle number${nth} of many`)], { firstSeq: nth + 2 });
    expect((await opened.ask(`number${nth}`)).total).toBe(1);
  }
  const before = await opened.find("needle many");
  expect(segmentsIn(opened)).toBe(20);
  await opened.search.ready();
  await waitFor("fewer segments", () => segmentsIn(opened) < 8);
  expect(await opened.find("needle many")).toEqual(before);
  expect(await opened.find('"number13 of"')).toHaveLength(1);
});

it("what merging leaves free is given back, but for a few pages", async () => {
  const opened = openSearch();
  const path = writeLog(opened.logsDir, "one", [started()]);
  for (let nth = 0; nth < 16; nth += 1) {
    const words = Array.from({ length: 3000 }, (_, word) => `word${nth}x${word}`);
    growLog(path, "one", [said(words.join(" "))], { firstSeq: nth + 2 });
    expect((await opened.ask(`word${nth}x7`)).total).toBe(1);
  }
  await opened.search.ready();
  await waitFor("fewer segments", () => segmentsIn(opened) < 4);
  await waitFor("few free pages", () => countIn(opened, "PRAGMA freelist_count") <= 16);
  expect(countIn(opened, "PRAGMA page_count")).toBeGreaterThan(100);
  expect(await opened.find("word3x2999")).toEqual(["one/5"]);
});
