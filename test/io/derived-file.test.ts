import { renameSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { DerivedFile } from "../../src/io/derived-file.js";
import { openDatabase, type Database } from "../../src/io/sqlite.js";
import { tempDir } from "../helpers/temp-dir.js";

const schema = "CREATE TABLE words (word TEXT)";

/** A database with one word. */
function writeDatabase(path: string, word: string): void {
  const db = openDatabase(path);
  db.exec(`${schema}; INSERT INTO words VALUES ('${word}'); PRAGMA user_version = 1`);
  db.close();
}

it("a database that is replaced in the moment of its opening is noticed at the next use", () => {
  const dir = tempDir();
  writeDatabase(join(dir, "words.sqlite"), "first");
  writeDatabase(join(dir, "next.sqlite"), "second");
  let isReplaced = false;
  const toTables = (db: Database): Database => {
    if (!isReplaced) renameSync(join(dir, "next.sqlite"), join(dir, "words.sqlite"));
    isReplaced = true;
    return db;
  };
  const file = new DerivedFile(dir, { fileName: "words.sqlite", title: "the words", version: 1, schema, toTables }, { onWarning: () => undefined, now: Date.now });
  onTestFinished(() => file.close());
  const words = (): unknown => file.use((db) => db.prepare("SELECT word FROM words").all());
  words();
  expect(words()).toEqual([{ word: "second" }]);
  expect(file.generation).toBe(2);
});
