// A list of 20 sessions in a home of many, by each filter, against the same in a home of 100.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeShortSessions } from "./history.mjs";
import { bundleParts } from "./parts.mjs";

const filters = {
  "no filter": {},
  provider: { provider: "gemini" },
  workspace: { workspace: "/work/project-7" },
  "status ended": { status: "ended" },
  since: { sinceMs: Date.UTC(2026, 5, 1) },
  text: { text: "of part 7" },
  file: { file: "/work/project-7/src/part-7.ts" },
};
const few = 100;

/** @param options.sessions 100,000 are what the budget means. */
export function list({ sessions = 5000 } = {}) {
  const dir = mkdtempSync(join(tmpdir(), "session-log-bench-"));
  try {
    const run = bundleParts(dir);
    const calls = Object.values(filters).map((filter) => ({ method: "list", query: { includeChildren: true, limit: 20, ...filter } }));
    const [floors, ours] = [few, sessions].map((count) => {
      const home = join(dir, `home-${count}`);
      writeShortSessions(home, { sessions: count });
      run("buildCatalogue", { home });
      return run("catalogue", { home, calls, rounds: 51 });
    });
    return Object.keys(filters).map((name, nth) => {
      const ratio = ours[nth].ms / floors[nth].ms;
      const ms = (value) => `${value.toFixed(2)} ms`;
      return { what: `list 20 of ${sessions} sessions, ${name}`, ours: ms(ours[nth].ms), floor: ms(floors[nth].ms), ratio: Number(ratio.toFixed(2)), budget: "<= 3 x", held: ratio <= 3 };
    });
  } finally {
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  }
}
