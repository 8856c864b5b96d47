import { readFileSync } from "node:fs";
import { hasSystemCode } from "../errors.js";
import { statIfThere } from "./stat-if-there.js";

/** `1: POSIX  ADVISORY  WRITE 4711 fe:01:131 1073741824 1073742335`: the writer's pid, then device and inode. */
const writeLock = /^\d+: POSIX +\S+ +WRITE (\d+) [0-9a-f]+:[0-9a-f]+:(\d+) /gm;

/** Pids of the processes that hold a lock for writing on a file, as the system tells (Linux: proc_locks(5)); none elsewhere, or where they live in another container. */
export function lockHolders(path: string): number[] {
  const inode = statIfThere(path)?.ino;
  const found = [...lockTable().matchAll(writeLock)].filter(([, , ino]) => Number(ino) === inode);
  return [...new Set(found.map(([, pid]) => Number(pid)))].filter((pid) => pid > 0);
}

function lockTable(): string {
  try {
    return readFileSync("/proc/locks", "utf8");
  } catch (error) {
    if (hasSystemCode(error, "ENOENT", "EACCES", "EPERM")) return "";
    throw error;
  }
}
