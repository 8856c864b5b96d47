import { randomBytes } from "node:crypto";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hasSystemCode } from "../errors.js";
import { sleepSync } from "./retry.js";

/**
 * Replaces a file by `text` (UTF-8, mode 0600): readers see the old text or the new, never a part. Its folder must exist.
 * @throws The system error; then the old file stands and nothing lies beside it.
 */
export function writeFileAtomic(path: string, text: string): void {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    writeFileSync(temporary, text, { mode: 0o600, flag: "wx" });
    renameOver(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Makes a folder and what lacks above it, with mode 0700. Folders that exist keep theirs. */
export function makePrivateDir(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
}

/** On Windows a rename fails for as long as somebody reads the old file. */
function renameOver(from: string, to: string): void {
  for (let tries = 0; ; tries += 1) {
    try {
      renameSync(from, to);
      return;
    } catch (error) {
      if (tries >= 50 || !hasSystemCode(error, "EPERM", "EBUSY", "EACCES")) throw error;
    }
    sleepSync(2);
  }
}
