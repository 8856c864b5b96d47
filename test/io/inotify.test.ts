import { existsSync, mkdirSync, watch } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { mostWatches, watchesInUse, watchesOf } from "../../src/io/inotify.js";
import { tempDir } from "../helpers/temp-dir.js";

describe("watchesOf()", () => {
  it.runIf(existsSync("/proc/sys/fs/inotify/max_user_watches"))("counts what a process watches", () => {
    const before = watchesOf(process.pid) ?? 0;
    const dirs = ["a", "b", "c"].map((name) => join(tempDir(), name));
    const watchers = dirs.map((dir) => {
      mkdirSync(dir);
      return watch(dir, () => undefined);
    });
    expect(watchesOf(process.pid)).toBe(before + 3);
    expect(watchesInUse()).toBeGreaterThanOrEqual(before + 3);
    expect(mostWatches()).toBeGreaterThan(0);
    for (const watcher of watchers) watcher.close();
    expect(watchesOf(process.pid)).toBe(before);
  });

  it("knows nothing of a process that there is not", () => {
    expect(watchesOf(2 ** 30)).toBeUndefined();
  });
});
