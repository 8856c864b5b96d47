import { readFileSync } from "node:fs";

/** The most memory that a process held at once, in MB; 0 where the system does not tell (only Linux does). */
export function peakMemoryMb(pid: number): number {
  if (process.platform !== "linux") return 0;
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024);
}
