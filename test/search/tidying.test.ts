import { join } from "node:path";
import { expect, it } from "vitest";
import { openDatabase } from "../../src/io/sqlite.js";
import { waitFor } from "../helpers/wait-for.js";
import { growLog, said, started, writeLog } from "../catalogue/log-lines.js";
import { openSearch, type Opened } from "./open-search.js";

/** Sorted runs of words in the index; each transaction that writes texts adds one. */
function segmentsIn({ home }: Opened): number {
  const db = openDatabase(join(home.dir, "search.sqlite"), { readOnly: true });
  try {
    return Number(db.prepare("SELECT COUNT(DISTINCT id >> 37) AS count FROM texts_data WHERE id >> 37 > 0").get()?.["count"]);
  } finally {
    db.close();
  }
}

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
