import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Home } from "../../src/log/home.js";
import { type KnownLogs, LogSweep } from "../../src/log/log-sweep.js";
import { SweepSchedule } from "../../src/log/sweep-schedule.js";
import { tempDir } from "../helpers/temp-dir.js";

const logs = 200;

function homeWithLogs(): Home {
  const dir = tempDir();
  const folder = join(dir, "logs", "sessions");
  mkdirSync(folder, { recursive: true });
  for (let nth = 0; nth < logs; nth += 1) writeFileSync(join(folder, `log-${nth}.jsonl`), "{}\n");
  return new Home({ dir });
}

/** Knows nothing, was complete before, and needs so long for each log. */
function slowKnownLogs(msPerLog: number): KnownLogs & { taken: number; isComplete(): boolean } {
  return {
    taken: 0,
    generation: 1,
    isComplete: () => true,
    foldersLookedThrough: () => new Map(),
    rememberFolder: () => undefined,
    logsDirs: () => [],
    idKeysIn: () => new Set(),
    placesIn: () => new Map(),
    byId: () => undefined,
    likeliest: () => [],
    flush: () => undefined,
    forget: () => undefined,
    complete: () => undefined,
    *take() {
      this.taken += 1;
      const until = performance.now() + msPerLog;
      while (performance.now() < until);
      yield;
      return true;
    },
  };
}

it("a sweep that is too long for one answer keeps no later answer waiting, and ends in the background", async () => {
  const known = slowKnownLogs(0.5);
  const schedule = new SweepSchedule(known, new LogSweep(homeWithLogs(), known));
  expect(schedule.runIfDue()).toBe(true);
  const takenByFirst = known.taken;
  expect(takenByFirst).toBeGreaterThan(0);
  expect(takenByFirst).toBeLessThan(logs);
  for (let answer = 0; answer < 5; answer += 1) expect(schedule.runIfDue()).toBe(true);
  expect(known.taken).toBe(takenByFirst);
  await schedule.inBackground();
  expect(known.taken).toBe(logs);
  expect(schedule.runIfDue()).toBe(false);
});
