import { randomBytes } from "node:crypto";
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hasSystemCode } from "../errors.js";
import { identityOf, type FileIdentity } from "./file-identity.js";
import { sleepSync } from "./retry.js";

/**
 * Replaces a file by `text` (UTF-8, mode 0600): readers see the old text or the new, never a part. Its folder must exist.
 * @returns What the file is as it was written, whoever replaced it since.
 * @throws The system error; then the old file stands and nothing lies beside it.
 */
export function writeFileAtomic(path: string, text: string): FileIdentity {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    writeFileSync(temporary, text, { mode: 0o600, flag: "wx" });
    const written = identityOf(statSync(temporary));
    renameOver(temporary, path);
    return written;
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Makes a folder and what lacks above it, with mode 0700. Folders that exist keep theirs. */
export function makePrivateDir(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
}

/** Renames a file over another. On Windows that fails for as long as somebody reads the old one: it is tried for a while. @throws The system error. */
export function renameOver(from: string, to: string): void {
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
