// A history of Claude Code into an empty home, and again with nothing changed. Floors: JSON.parse of its every line; readdir and stat of its tree.
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { command } from "./clients.mjs";
import { writeCorpus } from "./corpus.mjs";
import { row } from "./rows.mjs";
import { parseAll, statAll, timedMs } from "./timing.mjs";

const measure = fileURLToPath(new URL("peak-memory.mjs", import.meta.url));

/** Runs the command once. `ms` is the whole process; `elapsedMs` the import as its report says; `peakMb` its greatest resident size with that of its helper. */
function importOnce(base, home) {
  const peakFile = join(base, "peak-memory");
  rmSync(peakFile, { force: true });
  const env = { ...process.env, HOME: base, CLAUDE_CONFIG_DIR: join(base, "claude"), PEAK_MEMORY_FILE: peakFile };
  const start = performance.now();
  const run = spawnSync(process.execPath, ["--import", measure, command, "import", "--json", "--home", home, "--providers", "claude"], { env, encoding: "utf8" });
  if (run.status !== 0) throw new Error(`import ended with ${run.status}: ${run.stderr}`);
  const ms = performance.now() - start;
  const peaksMb = readFileSync(peakFile, "utf8").trim().split("\n").map(Number);
  return { ms, elapsedMs: JSON.parse(run.stdout).elapsed_ms, peakMb: peaksMb.reduce((sum, mb) => sum + mb) };
}

const rounds = 3;

export function importHistory({ dir, gb }) {
  const { paths, bytes } = writeCorpus(dir, { sessions: Math.round(3000 * gb) });
  const [first, again] = [{ ours: [], floor: [], floorName: "JSON.parse of every line" }, { ours: [], floor: [], floorName: "readdir and stat" }];
  const peaksMb = [];
  for (let round = 0; round < rounds; round += 1) {
    const home = join(dir, `home-${round}`);
    first.floor.push(timedMs(() => parseAll(paths)));
    const { ms, peakMb } = importOnce(dir, home);
    first.ours.push(ms);
    peaksMb.push(peakMb);
    again.floor.push(timedMs(() => statAll(join(dir, "claude"))));
    again.ours.push(importOnce(dir, home).elapsedMs);
  }
  return [
    row(`first import, ${(bytes / 1e6).toFixed(0)} MB in ${paths.length} files`, first, { times: 3 }),
    row("import again, nothing changed", again, { times: 4 }),
    row("peak memory, first import, all of its processes", { ours: Math.max(...peaksMb), unit: "MB" }, { most: 182 }),
  ];
}
