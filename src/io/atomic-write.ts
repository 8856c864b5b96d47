import { randomBytes } from "node:crypto";
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { hasSystemCode } from "../errors.js";
import { identityOf, type FileIdentity } from "./file-identity.js";
import { sleepSync } from "./retry.js";
import { statIfThere } from "./stat-if-there.js";

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

/**
 * Makes a folder and what lacks above it, with mode 0700. Folders that exist keep theirs.
 * Not by Node's own way up: below a folder that takes no others, such as `/proc`, that one never ends.
 * @throws The system error.
 */
export function makePrivateDir(path: string): void {
  try {
    makeOneDir(path);
  } catch (error) {
    const above = dirname(path);
    if (!hasSystemCode(error, "ENOENT") || above === path) throw error;
    makePrivateDir(above);
    makeOneDir(path);
  }
}

function makeOneDir(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Which code says so is each system's own: a drive of Windows answers EPERM.
    if (!statIfThere(path)?.isDirectory()) throw error;
  }
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
