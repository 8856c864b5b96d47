// What the parts of the bench time and count with.
import { readFileSync } from "node:fs";

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** @returns Milliseconds that `fn` took. */
export function timedMs(fn) {
  const start = performance.now();
  fn();
  return performance.now() - start;
}

/** A floor: JSON.parse of every line. */
export function parseAll(paths) {
  for (const path of paths) {
    const bytes = readFileSync(path);
    for (let start = 0, end = bytes.indexOf(10); end >= 0; start = end + 1, end = bytes.indexOf(10, start)) JSON.parse(bytes.toString("utf8", start, end));
  }
}

/** Greatest resident size of this process so far. `maxRSS` alone would count what the process that started it held. */
export function peakMb() {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS / 1024;
  return Number(/VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]) / 1024;
}
