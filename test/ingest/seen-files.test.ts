import { expect, it } from "vitest";
import type { FileStat, FoundFile } from "../../src/ingest/discover.js";
import { NativeRoot } from "../../src/ingest/native-root.js";
import { SeenFiles } from "../../src/ingest/seen-files.js";
import { acme } from "./acme.js";

const root = new NativeRoot(acme, "/native");
const stat: FileStat = { inode: 7, sizeBytes: 100, mtimeMs: 1_700_000_000_000.25, birthMs: 1 };

function found(path: string, changes: Partial<FileStat> = {}): FoundFile {
  return { root, provider: acme, file: { path, provider: acme.name, nativeSessionId: "n", role: "main" }, stat: { ...stat, ...changes } };
}

it("a file that looks as it did is known; another size, time or inode is another look", () => {
  const seen = new SeenFiles();
  expect([seen.has("/native/one"), seen.isAsSeen(found("/native/one"))]).toEqual([false, false]);
  seen.add(found("/native/one"));
  expect([seen.has("/native/one"), seen.isAsSeen(found("/native/one")), seen.isAsSeen(found("/native/two"))]).toEqual([true, true, false]);
  const changes: Partial<FileStat>[] = [{ sizeBytes: 101 }, { mtimeMs: stat.mtimeMs + 0.25 }, { inode: 8 }];
  expect(changes.map((change) => seen.isAsSeen(found("/native/one", change)))).toEqual([false, false, false]);
  seen.add(found("/native/one", { sizeBytes: 101 }));
  expect([seen.isAsSeen(found("/native/one", { sizeBytes: 101 })), seen.isAsSeen(found("/native/one"))]).toEqual([true, false]);
});

it("a file that was taken out is new again, and no other is", () => {
  const seen = new SeenFiles();
  for (const path of ["/native/one", "/native/two"]) seen.add(found(path));
  seen.delete("/native/one");
  expect([seen.has("/native/one"), seen.has("/native/two")]).toEqual([false, true]);
});
