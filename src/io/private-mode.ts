import { chmodSync } from "node:fs";
import { platform } from "node:os";
import { hasSystemCode } from "../errors.js";
import { statIfThere } from "./stat-if-there.js";

const forOthers = 0o077;
/** Where modes say who may read: not on Windows. */
const hasModes = platform() !== "win32";

/** Whether others than its owner may do something with the file or folder; false where there is none. */
export function isOpenToOthers(path: string): boolean {
  return hasModes && ((statIfThere(path)?.mode ?? 0) & forOthers) !== 0;
}

/**
 * Takes from others what they may do with a file or folder: 0600 is left of 0644, 0700 of 0755.
 * @returns Whether there was something to take, and it could be taken: not from what somebody else owns.
 */
export function makePrivate(path: string): boolean {
  if (!isOpenToOthers(path)) return false;
  try {
    chmodSync(path, (statIfThere(path)?.mode ?? 0) & 0o700);
    return true;
  } catch (error) {
    if (hasSystemCode(error, "EPERM", "EACCES", "EROFS", "ENOENT")) return false;
    throw error;
  }
}
