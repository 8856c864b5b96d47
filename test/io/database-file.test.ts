import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { DerivedFile } from "../../src/io/derived-file.js";
import { setDatabaseAside } from "../../src/io/database-file.js";
import type { Database } from "../../src/io/sqlite.js";
import { runInProcesses } from "../helpers/child-script.js";
import { tempDir } from "../helpers/temp-dir.js";

/** Uses the database as another process does, and has it made anew time and again. */
const user = `
import { DerivedFile } from "./src/io/derived-file.ts";
const [number, dir] = process.argv.slice(2);
const content = { fileName: "words.sqlite", title: "the words", version: 1, schema: "CREATE TABLE words (word TEXT)", toTables: (db) => db };
for (let round = 0; round < 60; round += 1) {
  const file = new DerivedFile(dir, content, { onWarning: (message) => { throw new Error(message); }, now: Date.now });
  file.write((db) => db.exec("INSERT INTO words VALUES ('lilac')"));
  if (round % 3 === Number(number) % 3) file.reset();
  const words = file.use((db) => db.prepare("SELECT word FROM words").all());
  if (words.some(({ word }) => word !== "lilac")) throw new Error(JSON.stringify(words));
  file.close();
}
`;

function openWords(dir: string): DerivedFile<Database> {
  const content = { fileName: "words.sqlite", title: "the words", version: 1, schema: "CREATE TABLE words (word TEXT)", toTables: (db: Database) => db };
  const file = new DerivedFile(dir, content, { onWarning: (message) => expect.unreachable(message), now: Date.now });
  onTestFinished(() => file.close());
  return file;
}

it("a database that four processes open, write and remove at a time is never kept in memory, moved aside or wide open", { timeout: 60_000 }, async () => {
  const dir = tempDir();
  await runInProcesses(user, 4, [dir]);
  expect(readdirSync(dir).filter((name) => name.includes("corrupt"))).toEqual([]);
  const words = join(dir, "words.sqlite");
  writeFileSync(words, "", { flag: "a" });
  expect(statSync(words).mode & 0o77).toBe(0);
});

it("a database whose remover was killed half-way leaves its journals to nobody", () => {
  const dir = tempDir();
  const path = join(dir, "words.sqlite");
  const [first, next] = [openWords(dir), openWords(dir)];
  first.write((db) => db.exec("INSERT INTO words VALUES ('old')"));
  const before = statSync(`${path}-shm`).ino;
  rmSync(path);
  expect(next.use((db) => db.prepare("SELECT * FROM words").all())).toEqual([]);
  expect(statSync(`${path}-shm`).ino).not.toBe(before);
});

it("a good database that took the place of a damaged one is not moved aside for it", () => {
  const path = join(tempDir(), "words.sqlite");
  writeFileSync(path, "the good one");
  const { ino } = statSync(path);
  expect(setDatabaseAside(path, { nowMs: 0, inode: ino + 1 })).toBeUndefined();
  const aside = setDatabaseAside(path, { nowMs: 0, inode: ino });
  expect(readFileSync(aside ?? "", "utf8")).toBe("the good one");
  expect(setDatabaseAside(path, { nowMs: 0 })).toBeUndefined();
});
