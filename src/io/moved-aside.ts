import { constants, copyFileSync, existsSync, renameSync } from "node:fs";
import { makePrivate } from "./private-mode.js";

/**
 * Renames a damaged file to `<name>.corrupt-<time>`, so that nothing is lost and a good one can take its place.
 * @returns The new path. A name that is taken gets `-2`, `-3`, … behind it.
 */
export function moveAside(path: string, nowMs: number): string {
  const target = freeName(`${path}.corrupt-${stampOf(nowMs)}`);
  renameSync(path, target);
  return target;
}

/**
 * Copies a file to `<name>.backup-<time>`, for only its owner to read, before something is taken out of it.
 * @returns The path of the copy, named as by `moveAside`.
 */
export function copyAside(path: string, nowMs: number): string {
  const target = freeName(`${path}.backup-${stampOf(nowMs)}`);
  copyFileSync(path, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  makePrivate(target);
  return target;
}

function stampOf(nowMs: number): string {
  return new Date(nowMs).toISOString().replace(/[:.]/g, "-");
}

function freeName(base: string): string {
  let name = base;
  for (let nth = 2; existsSync(name); nth += 1) name = `${base}-${nth}`;
  return name;
}
