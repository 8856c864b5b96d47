import { readdirSync } from "node:fs";
import { join } from "node:path";
import { hasSystemCode } from "../errors.js";
import { fileLock } from "../io/file-lock.js";
import { statIfThere } from "../io/stat-if-there.js";
import { SessionLogIndex, type SessionLogIndexEntry } from "../schema/index-files.js";
import { readIndexEntry } from "./index-entry.js";
import { changeTail, type OneSession } from "./index-tail.js";
import { readJsonFile, timeoutOf, updateJsonFile, type JsonFile, type JsonFileOptions } from "./json-file.js";
import { logIoError } from "./log-io-error.js";
import { TwinFile } from "./twin-file.js";

/*
 * <logs>/index.json, the seed's SessionLogIndex:
 *   { "sessions": [ { "wrapper_session_id", "provider", "provider_session_id", "log_path", "completeness",
 *                     "started_at", "ended_at", "workspace_path", "command", "source_paths", "backfilled" } ] }
 * It is written for other programs; nothing of ours takes a path from it, and where it disagrees with a log, the log wins.
 */

/** Entries by `wrapper_session_id`, in the order of the file; entries may be changed in place. */
export type SessionEntries = Map<string, SessionLogIndexEntry>;

export interface SessionIndexOptions extends JsonFileOptions {
  /** The only session whose entry `change` asks for and changes. In a large index it costs no more than what stands behind that entry. */
  only?: OneSession;
}

/** Below that an index is as soon read and written whole. */
const largeBytes = 65_536;

/**
 * Changes `index.json` under a lock between processes; nothing is written where `change` changes nothing.
 * An index that cannot be read is moved aside, rebuilt from the logs beside it, and reported.
 * @param change Given all entries; with `only` perhaps some of them, that session's among them.
 * @throws {CoreError} `LOCK_TIMEOUT`. System errors as they are.
 */
export function updateSessionIndex(logsDir: string, change: (entries: SessionEntries) => void, options: SessionIndexOptions = {}): void {
  if (options.only && changesTail(logsDir, change, { ...options, only: options.only })) return;
  const apply = (index: SessionLogIndex): void => {
    const entries: SessionEntries = new Map(index.sessions.map((entry) => [entry.wrapper_session_id, entry]));
    change(entries);
    index.sessions = [...entries.values()];
  };
  updateJsonFile(indexFile(logsDir), apply, options);
}

/** Takes sessions out of `index.json`, and whatever older version of it lies beside it. @throws {CoreError} `LOCK_TIMEOUT`, `LOG_IO`. */
export function removeFromSessionIndex(logsDir: string, sessionIds: readonly string[], options: JsonFileOptions = {}): void {
  const { path, lockPath } = indexFile(logsDir);
  if (!statIfThere(path)) return;
  updateSessionIndex(logsDir, (entries) => sessionIds.forEach((id) => entries.delete(id)), options);
  fileLock(lockPath).withLock(() => twinOf(logsDir).remove(), timeoutOf(options));
}

/** @returns False where it was not done: the index is small, or somebody else wrote it last. */
function changesTail(logsDir: string, change: (entries: SessionEntries) => void, { only, ...options }: SessionIndexOptions & { only: OneSession }): boolean {
  const { path, lockPath } = indexFile(logsDir);
  if ((statIfThere(path)?.size ?? 0) < largeBytes) return false;
  const replace = (): boolean => twinOf(logsDir).replaceEnd((file) => changeTail(file, change, only));
  try {
    return fileLock(lockPath).withLock(replace, timeoutOf(options));
  } catch (error) {
    throw logIoError(`Cannot update "${path}"`, error);
  }
}

/** The index as it stands; empty where there is none. One that cannot be read is moved aside, rebuilt and reported. */
export function loadSessionIndex(logsDir: string, options: JsonFileOptions = {}): SessionLogIndex {
  return readJsonFile(indexFile(logsDir), options);
}

/** The index that the logs of `logsDir` stand for, in the order of their first events. Reads them all. */
export function rebuildSessionIndex(logsDir: string): SessionLogIndex {
  const entries = logPaths(logsDir).flatMap((path) => readIndexEntry(path) ?? []);
  return { sessions: entries.sort((a, b) => Date.parse(a.started_at) - Date.parse(b.started_at)) };
}

/** Paths of the logs (regular files) that lie in `logsDir`; none where the folder is missing. */
export function logPaths(logsDir: string): string[] {
  const sessionsDir = join(logsDir, "sessions");
  try {
    return readdirSync(sessionsDir, { withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".jsonl"))
      .map(({ name }) => join(sessionsDir, name));
  } catch (error) {
    if (hasSystemCode(error, "ENOENT", "ENOTDIR", "ELOOP")) return [];
    throw error;
  }
}

function indexFile(logsDir: string): JsonFile<SessionLogIndex> {
  return {
    path: join(logsDir, "index.json"),
    lockPath: join(logsDir, "locks", "index.lock"),
    schema: SessionLogIndex,
    empty: () => ({ sessions: [] }),
    rebuild: () => rebuildSessionIndex(logsDir),
    onWritten: (written) => {
      if (written.sizeBytes >= largeBytes) twinOf(logsDir).wroteWhole(written);
    },
  };
}

function twinOf(logsDir: string): TwinFile {
  return new TwinFile(join(logsDir, "index.json"), join(logsDir, "locks"));
}
