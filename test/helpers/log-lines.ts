import { readFileSync } from "node:fs";

/** The lines of a log as objects, keys in their order on the line. */
export function logLines(path: string): Record<string, unknown>[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
