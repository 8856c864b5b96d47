import { expect, it, onTestFinished, vi } from "vitest";
import { DerivedFile } from "../../src/io/derived-file.js";
import { Builder } from "../../src/search/builder.js";
import { Indexer } from "../../src/search/indexer.js";
import { Precedence } from "../../src/search/precedence.js";
import { searchContent } from "../../src/search/search-schema.js";
import { tempDir } from "../helpers/temp-dir.js";

it("tries again after a failure, each time later, and as soon as ever when it went well", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const file = new DerivedFile(tempDir(), searchContent, { onWarning: () => undefined, now: Date.now });
  const indexer = new Indexer(file, { onWarning: () => undefined });
  let isBroken = true;
  const tries: boolean[] = [];
  const look = (): void => {
    tries.push(isBroken);
    if (isBroken) throw new Error("the disk is full");
  };
  const errors: unknown[] = [];
  const builder = new Builder(file, indexer, { look, onError: (error) => errors.push(error), precedence: new Precedence(), now: Date.now });
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
