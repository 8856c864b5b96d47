import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Agent } from "./agent.js";

/**
 * Path of an agent's command: below `AGENTS_DIR` where that is set, in one npm folder for all or one for each, else on `PATH`.
 * A sentence goes to the output where it is in neither.
 */
export function findAgent({ command, title }: Agent): string | undefined {
  const dir = process.env["AGENTS_DIR"];
  const folders = dir === undefined ? (process.env["PATH"] ?? "").split(delimiter) : [dir, join(dir, command)].map((above) => join(above, "node_modules", ".bin"));
  const found = folders.map((folder) => join(folder, command)).find((path) => existsSync(path));
  if (found === undefined) console.log(`${title}: not installed (no ${command} ${dir === undefined ? "on PATH" : `below ${dir}`}): skipped`);
  return found;
}
