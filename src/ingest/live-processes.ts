import type { NativeProcess } from "../providers/provider.js";
import { statIfThere } from "../io/stat-if-there.js";
import type { CheckpointDb } from "./checkpoint-db.js";
import { readSmall } from "./native-file.js";
import type { NativeRoot } from "./native-root.js";

/** Bytes of a process file that are read. */
const maxBytes = 64 * 1024;

export interface LiveProcess extends NativeProcess {
  provider: string;
  /** Its process file. */
  path: string;
}

/** What a process file says; undefined where it is gone or not whole. */
export function readProcess(root: NativeRoot, path: string): LiveProcess | undefined {
  const text = readSmall(root, path, maxBytes)?.toString("utf8");
  const parsed = text === undefined ? undefined : root.provider.parseProcess?.(text, root.relativePath(path));
  return parsed && { ...parsed, provider: root.provider.name, path };
}

/** The processes that whoever reads native files has seen alive and not seen end. */
export function seenProcesses(db: CheckpointDb): Omit<LiveProcess, "cwd">[] {
  return db.all("SELECT * FROM processes").map((row) => ({
    path: String(row["path"]),
    provider: String(row["provider"]),
    pid: Number(row["pid"]),
    nativeSessionId: String(row["native_id"]),
    ...(row["started_at_ms"] === null ? {} : { startedAtMs: Number(row["started_at_ms"]) }),
  }));
}

/** Whether a process runs and still says so. */
export function isRunning({ pid, path }: { pid: number; path: string }, isAlive: (pid: number) => boolean): boolean {
  return isAlive(pid) && statIfThere(path) !== undefined;
}
