import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { hasSystemCode } from "../errors.js";
import { backfillStateFile } from "./backfill-state.js";
import type { Home } from "./home.js";

/** Damaged files that were moved aside, copies from before a repair, and what a killed process left of a file in the making. */
const copy = /\.(?:corrupt|backup|before)-[^/]*$|\.bak$|\.[0-9a-f]{12}\.tmp$/;

/** Removes copies of databases and indexes: they hold what the sessions said. That of a backfill state holds ids alone, and what no log can tell; it stays. */
export function removeCopiesOfDerived(home: Home): void {
  for (const dir of [home.dir, ...home.allLogsDirs()]) {
    for (const name of namesIn(dir)) if (copy.test(name) && !name.startsWith(backfillStateFile)) rmSync(join(dir, name), { force: true, recursive: true });
  }
}

/** Removes copies of a session's log that lie beside it. */
export function removeCopiesOfLog(logsDir: string, sessionId: string): void {
  const folder = join(logsDir, "sessions");
  for (const name of namesIn(folder)) {
    if (name.startsWith(`${sessionId}.jsonl.`) && copy.test(name)) rmSync(join(folder, name), { force: true });
  }
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    if (hasSystemCode(error, "ENOENT", "ENOTDIR")) return [];
    throw error;
  }
}
