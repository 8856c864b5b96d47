import { chmodSync, constants, copyFileSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { ConfigFiles } from "../cli/clients/config-files.js";
import { Refusal } from "../cli/clients/refusal.js";
import { hasSystemCode, systemCode } from "../errors.js";
import { makePrivateDir, writeFileAtomic } from "../io/atomic-write.js";

/** What a user can do something about. */
const userMatters = ["EACCES", "EPERM", "EROFS", "EISDIR", "ENOTDIR", "ENOSPC", "ELOOP"];

/** Clients' files, read and replaced as wholes. A link is followed, and stays a link; an existing file keeps its mode, a new one is 0600. */
export function configFiles({ nowMs }: { nowMs: number }): ConfigFiles {
  return {
    read: (path) => refusing(() => readText(path)),
    replace: (path, text, { before }) => refusing(() => replace(path, text, { before, nowMs })),
  };
}

function refusing<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!hasSystemCode(error, ...userMatters)) throw error;
    throw new Refusal(`the system says ${systemCode(error) ?? ""}. See who may write it`, { cause: error });
  }
}

function readText(path: string): string | undefined {
  const bytes = readIfThere(path);
  if (!bytes) return undefined;
  try {
    // A byte order mark stays, so that the text gives back the very bytes.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (!hasSystemCode(error, "ERR_ENCODING_INVALID_ENCODED_DATA")) throw error;
    throw new Refusal("it is not UTF-8. Save it as UTF-8 first", { cause: error });
  }
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (!hasSystemCode(error, "ENOENT")) throw error;
    return undefined;
  }
}

function replace(path: string, text: string, { before, nowMs }: { before: string | undefined; nowMs: number }): string | undefined {
  // A client that runs may have written its settings meanwhile.
  if (readText(path) !== before) throw new Refusal("it has changed meanwhile. Try again");
  if (before === undefined) {
    makePrivateDir(dirname(path));
    writeFileAtomic(path, text);
    return undefined;
  }
  const target = realpathSync(path);
  const backup = `${path}.${new Date(nowMs).toISOString().replaceAll(/[:.]/g, "-")}.bak`;
  copyFileSync(target, backup, constants.COPYFILE_EXCL);
  const { mode } = statSync(target);
  writeFileAtomic(target, text);
  chmodSync(target, mode & 0o777);
  return backup;
}
