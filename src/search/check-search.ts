import { join } from "node:path";
import { examineDatabase } from "../io/examine-database.js";
import type { Database } from "../io/sqlite.js";
import type { DerivedCheck } from "../log/check/check-home.js";
import { derivedCheck, toFolders, toKnownLog, type KnownLog, type KnownLogs, type LogCount } from "../log/check/derived-check.js";
import type { Fields } from "../log/check/line-facts.js";
import type { Home } from "../log/home.js";
import { eventTexts } from "./event-texts.js";
import { searchFile, searchVersion } from "./search-schema.js";

/** Rows of a log: how many, and their places added up, which tells one set of places from another well enough. */
interface Rows {
  count: number;
  sumOfOffsets: number;
}

interface KnownRows extends KnownLog {
  rows: Rows;
}

/** Compares `search.sqlite` with the logs that it was derived from. @param options.integrity As `examineDatabase` takes it. */
export function checkSearch(home: Home, options: { integrity: boolean }): DerivedCheck {
  const path = join(home.dir, searchFile);
  const examined = examineDatabase(path, { version: searchVersion, ...options }, readKnown);
  return derivedCheck({ path, code: "search_differs", examined, count: ({ rows }) => new RowCount(rows) });
}

function readKnown(db: Database): KnownLogs<KnownRows> {
  const byNumber = new Map<number, KnownRows>();
  for (const row of db.prepare("SELECT n, id, logs_dir, indexed_bytes, inode FROM sessions").iterate()) {
    byNumber.set(Number(row["n"]), { ...toKnownLog(row), rows: { count: 0, sumOfOffsets: 0 } });
  }
  let strays = 0;
  for (const row of db.prepare("SELECT n, offset_bytes FROM blocks").iterate()) {
    const known = byNumber.get(Number(row["n"]));
    if (!known) strays += 1;
    else addRow(known.rows, Number(row["offset_bytes"]));
  }
  const wordless = Number(db.prepare("SELECT COUNT(*) AS rows FROM blocks WHERE id NOT IN (SELECT id FROM texts_docsize)").get()?.["rows"]);
  const faults = [...(strays > 0 ? [`${strays} rows of no session`] : []), ...(wordless > 0 ? [`${wordless} rows without words`] : [])];
  return { logs: [...byNumber.values()], folders: toFolders(db.prepare("SELECT * FROM folders").all()), faults };
}

function addRow(rows: Rows, offsetBytes: number): void {
  rows.count += 1;
  rows.sumOfOffsets += offsetBytes;
}

class RowCount implements LogCount {
  readonly #known: Rows;
  readonly #rows: Rows = { count: 0, sumOfOffsets: 0 };

  constructor(known: Rows) {
    this.#known = known;
  }

  take(fields: Fields, offsetBytes: number): void {
    if (eventTexts(fields).length > 0) addRow(this.#rows, offsetBytes);
  }

  differences(): string[] {
    const { count, sumOfOffsets } = this.#known;
    if (count !== this.#rows.count) return [`${count} rows, and ${this.#rows.count} events with text`];
    return sumOfOffsets === this.#rows.sumOfOffsets ? [] : ["rows at places where no event with text begins"];
  }
}
