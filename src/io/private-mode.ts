import { chmodSync, lstatSync } from "node:fs";
import { platform } from "node:os";
import { hasSystemCode } from "../errors.js";
import { isNothingThere } from "./stat-if-there.js";

const forOthers = 0o077;
/** Where modes say who may read: not on Windows. */
const hasModes = platform() !== "win32";

/** Whether others than its owner may do something with the file or folder; false where there is none, and for all else: behind a link lies what is not ours. */
export function isOpenToOthers(path: string): boolean {
  return hasModes && (modeOf(path) & forOthers) !== 0;
}

/**
 * Takes from others what they may do with a file or folder: 0600 is left of 0644, 0700 of 0755.
 * @returns Whether there was something to take, and it could be taken: not from what somebody else owns.
 */
export function makePrivate(path: string): boolean {
  if (!isOpenToOthers(path)) return false;
  try {
    chmodSync(path, modeOf(path) & 0o700);
    return true;
  } catch (error) {
    if (hasSystemCode(error, "EPERM", "EACCES", "EROFS", "ENOENT")) return false;
    throw error;
  }
}

/** Mode of a file or folder; 0 where there is none. */
function modeOf(path: string): number {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    return stats?.isFile() || stats?.isDirectory() ? stats.mode : 0;
  } catch (error) {
    if (isNothingThere(error)) return 0;
    throw error;
  }
}
