import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { hasSystemCode } from "../errors.js";

/** What the system does not tell: there is no such folder (not Linux), the process is gone, or it is somebody else's. */
const untold = ["ENOENT", "ENOTDIR", "ESRCH", "EACCES", "EPERM"];

/** How many watches of files and folders a user may have at once (Linux: inotify(7)); undefined where the system does not tell. */
export function mostWatches(): number | undefined {
  const text = told(() => readFileSync("/proc/sys/fs/inotify/max_user_watches", "utf8"));
  return text === undefined ? undefined : Number(text);
}

/** How many a process has (proc(5), fdinfo); undefined where the system does not tell. */
export function watchesOf(pid: number): number | undefined {
  const dir = `/proc/${pid}`;
  const descriptors = told(() => readdirSync(join(dir, "fd")));
  return descriptors
    ?.filter((fd) => told(() => readlinkSync(join(dir, "fd", fd))) === "anon_inode:inotify")
    .reduce((sum, fd) => sum + (told(() => readFileSync(join(dir, "fdinfo", fd), "utf8"))?.match(/^inotify wd:/gm)?.length ?? 0), 0);
}

/** How many all processes have that can be looked into: those of this user. */
export function watchesInUse(): number {
  const pids = (told(() => readdirSync("/proc")) ?? []).filter((name) => /^\d+$/.test(name));
  return pids.reduce((sum, pid) => sum + (watchesOf(Number(pid)) ?? 0), 0);
}

function told<Result>(ask: () => Result): Result | undefined {
  try {
    return ask();
  } catch (error) {
    if (hasSystemCode(error, ...untold)) return undefined;
    throw error;
  }
}
