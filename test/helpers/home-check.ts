import { readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { checkHome } from "../../src/log/check/check-home.js";
import { Home } from "../../src/log/home.js";
import { isFault } from "../../src/schema/health.js";
import { logPaths } from "./logged.js";

type Fields = Record<string, unknown>;

/** The events of a log, read the plain way. @throws {Error} naming the line that is none. */
export function plainEvents(path: string): Fields[] {
  const text = readFileSync(path, "utf8");
  const lines = text.split("\n");
  if (lines.pop() !== "") throw new Error(`${path} ends in half a line`);
  return lines.map((line, nth) => {
    try {
      return JSON.parse(line) as Fields;
    } catch (error) {
      throw new Error(`${path}: line ${nth + 1} is none`, { cause: error });
    }
  });
}

/** Logs that hold something: one that was made and never written to is no session yet. */
export function writtenLogs(home: string): string[] {
  return logPaths(home).filter((path) => statSync(path).size > 0);
}

/**
 * What is wrong with the logs of a home and their indexes at this moment, as `doctor --check` sees it: nothing where all is as promised.
 * `sessions_index.json`, which may be 2 seconds behind, the databases, and the modes of what a test made are left to `doctor --check` itself.
 */
export function homeProblems(home: string): string[] {
  const steps = checkHome(new Home({ dir: home }), { nowMs: Date.now() });
  for (let step = steps.next(); ; step = steps.next()) {
    if (!step.done) continue;
    const faults = step.value.findings.filter((finding) => isFault(finding) && finding.code !== "open_to_others" && basename(finding.path) !== "sessions_index.json");
    return faults.map(({ code, path, sessionId = "", what }) => `${code}: ${path} ${sessionId}: ${what}`);
  }
}
