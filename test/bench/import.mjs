// A history of Claude Code into an empty home, and again with nothing changed. Floors: JSON.parse of its every line; readdir and stat of its tree.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeCorpus } from "./corpus.mjs";
import { median, parseAll, timedMs } from "./timing.mjs";

const main = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const measure = fileURLToPath(new URL("peak-memory.mjs", import.meta.url));

function statAll(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) statAll(join(folder, entry.name));
    else statSync(join(folder, entry.name));
  }
}

/** Runs the command once. `ms` is the whole process; `elapsedMs` the import as its report says; `peakMb` its greatest resident size. */
function importOnce(base) {
  const env = { ...process.env, HOME: base, CLAUDE_CONFIG_DIR: join(base, "claude") };
  const start = performance.now();
  const run = spawnSync(process.execPath, ["--import", measure, main, "import", "--json", "--home", join(base, "home"), "--providers", "claude"], { env, encoding: "utf8" });
  if (run.status !== 0) throw new Error(`import ended with ${run.status}: ${run.stderr}`);
  const ms = performance.now() - start;
  return { ms, elapsedMs: JSON.parse(run.stdout).elapsed_ms, peakMb: Number(/peak ([\d.]+) MB/.exec(run.stderr)?.[1]) };
}

function ratioRow(what, { ours, floor }, budget) {
  const ratio = median(ours) / median(floor);
  const ms = (values) => `${median(values).toFixed(0)} ms`;
  return { what, ours: ms(ours), floor: ms(floor), ratio: Number(ratio.toFixed(1)), budget: `<= ${budget} x`, held: ratio <= budget };
}

/** @param options.sessions 2,500 are about 1 GB. @param options.rounds How often each is timed. */
export function importHistory({ sessions = 500, rounds = 3 } = {}) {
  const base = mkdtempSync(join(tmpdir(), "session-log-bench-"));
  try {
    const { paths, bytes } = writeCorpus(base, { sessions });
    const [first, again] = [{ ours: [], floor: [] }, { ours: [], floor: [] }];
    const peaksMb = [];
    for (let round = 0; round < rounds; round += 1) {
      rmSync(join(base, "home"), { recursive: true, force: true });
      first.floor.push(timedMs(() => parseAll(paths)));
      const { ms, peakMb } = importOnce(base);
      first.ours.push(ms);
      peaksMb.push(peakMb);
      again.floor.push(timedMs(() => statAll(join(base, "claude"))));
      again.ours.push(importOnce(base).elapsedMs);
    }
    const peakMb = Math.max(...peaksMb);
    return [
      ratioRow(`first import, ${(bytes / 1e6).toFixed(0)} MB in ${paths.length} files`, first, 3),
      ratioRow("import again, nothing changed", again, 4),
      { what: "peak memory, first import", ours: `${peakMb.toFixed(0)} MB`, floor: "–", ratio: null, budget: "<= 182 MB", held: peakMb <= 182 },
    ];
  } finally {
    rmSync(base, { recursive: true, force: true, maxRetries: 5 });
  }
}
