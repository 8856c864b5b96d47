// What the parts of the bench time and count with.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** The value below which that share of the values lies. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

export const median = (values) => quantile(values, 0.5);

/** @returns Milliseconds that `fn` took. */
export function timedMs(fn) {
  const start = performance.now();
  fn();
  return performance.now() - start;
}

/** @returns Milliseconds until what `fn` returned was settled. */
export async function awaitedMs(fn) {
  const start = performance.now();
  await fn();
  return performance.now() - start;
}

/** Runs each of the functions once a round, in turns, so that what disturbs the machine disturbs all. @returns Their milliseconds, by name. */
export async function inTurns(functions, rounds) {
  const times = Object.fromEntries(Object.keys(functions).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, fn] of Object.entries(functions)) times[name].push(await awaitedMs(fn));
  }
  return times;
}

/** A floor: JSON.parse of every line. */
export function parseAll(paths) {
  for (const path of paths) {
    const bytes = readFileSync(path);
    for (let start = 0, end = bytes.indexOf(10); end >= 0; start = end + 1, end = bytes.indexOf(10, start)) JSON.parse(bytes.toString("utf8", start, end));
  }
}

/** A floor: readdir and stat of a tree. @returns How many folders it has. */
export function statAll(folder) {
  let folders = 1;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) folders += statAll(join(folder, entry.name));
    else statSync(join(folder, entry.name));
  }
  return folders;
}

/** Greatest resident size so far: of this process, or of another where the system tells. `maxRSS` alone would count what the process that started it held. */
export function peakMb(pid = "self") {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS / 1024;
  return Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
}
