import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** What lies in a folder and below: each path with what a write or a changed mode would change of it. */
export function treeOf(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: "utf8" })
    .map((name) => ({ name, stats: lstatSync(join(dir, name)) }))
    .map(({ name, stats }) => `${name} ${stats.mode.toString(8)} ${stats.isDirectory() ? "" : stats.size} ${stats.mtimeMs}`)
    .toSorted();
}
