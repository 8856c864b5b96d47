import { expect, it, onTestFinished, vi } from "vitest";
import { DerivedFile } from "../../src/io/derived-file.js";
import { Prepared } from "../../src/io/prepared.js";
import { Builder } from "../../src/search/builder.js";
import { Indexer } from "../../src/search/indexer.js";
import { searchPragmas, searchSchema, searchVersion } from "../../src/search/search-schema.js";
import { tempDir } from "../helpers/temp-dir.js";

it("tries again after a failure, each time later, and as soon as ever when it went well", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const content = { fileName: "search.sqlite", title: "the search index", version: searchVersion, schema: searchSchema, pragmas: searchPragmas, toTables: (db: ConstructorParameters<typeof Prepared>[0]) => new Prepared(db) };
  const file = new DerivedFile<Prepared>(tempDir(), content, { onWarning: () => undefined, now: Date.now });
  const indexer = new Indexer(file, { onWarning: () => undefined });
  let isBroken = true;
  const tries: boolean[] = [];
  const look = (): void => {
    tries.push(isBroken);
    if (isBroken) throw new Error("the disk is full");
  };
  const errors: unknown[] = [];
  const builder = new Builder(file, indexer, { look, onError: (error) => errors.push(error), now: Date.now });
  onTestFinished(() => {
    builder.close();
    file.close();
  });
  builder.soon();
  for (const [afterMs, count] of [[999, 0], [1, 1], [1999, 1], [1, 2], [3999, 2], [1, 3]] as const) {
    await vi.advanceTimersByTimeAsync(afterMs);
    expect(tries).toHaveLength(count);
  }
  isBroken = false;
  await vi.advanceTimersByTimeAsync(8000);
  expect([tries, errors.length]).toEqual([[true, true, true, false], 3]);
  builder.soon();
  await vi.advanceTimersByTimeAsync(1000);
  expect(tries).toHaveLength(5);
});
