import { existsSync, renameSync } from "node:fs";

/**
 * Renames a damaged file to `<name>.corrupt-<time>`, so that nothing is lost and a good one can take its place.
 * @returns The new path. A name that is taken gets `-2`, `-3`, … behind it.
 */
export function moveAside(path: string, nowMs: number): string {
  const stamp = new Date(nowMs).toISOString().replace(/[:.]/g, "-");
  const base = `${path}.corrupt-${stamp}`;
  let target = base;
  for (let nth = 2; existsSync(target); nth += 1) target = `${base}-${nth}`;
  renameSync(path, target);
  return target;
}
