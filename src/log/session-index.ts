import { readdirSync } from "node:fs";
import { join } from "node:path";
import { hasSystemCode } from "../errors.js";
import { SessionLogIndex, type SessionLogIndexEntry } from "../schema/index-files.js";
import { readIndexEntry } from "./index-entry.js";
import { readJsonFile, updateJsonFile, type JsonFile, type JsonFileOptions } from "./json-file.js";

/*
 * <logs>/index.json, the seed's SessionLogIndex:
 *   { "sessions": [ { "wrapper_session_id", "provider", "provider_session_id", "log_path", "completeness",
 *                     "started_at", "ended_at", "workspace_path", "command", "source_paths", "backfilled" } ] }
 * It is written for other programs; nothing of ours takes a path from it, and where it disagrees with a log, the log wins.
 */

/** Entries by `wrapper_session_id`, in the order of the file; entries may be changed in place. */
export type SessionEntries = Map<string, SessionLogIndexEntry>;

/**
 * Changes `index.json` under a lock between processes; nothing is written where `change` changes nothing.
 * An index that cannot be read is moved aside, rebuilt from the logs beside it, and reported.
 * @throws {CoreError} `LOCK_TIMEOUT`. System errors as they are.
 */
export function updateSessionIndex(logsDir: string, change: (entries: SessionEntries) => void, options: JsonFileOptions = {}): void {
  const apply = (index: SessionLogIndex): void => {
    const entries: SessionEntries = new Map(index.sessions.map((entry) => [entry.wrapper_session_id, entry]));
    change(entries);
    index.sessions = [...entries.values()];
  };
  updateJsonFile(indexFile(logsDir), apply, options);
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

/** Paths of the logs that lie in `logsDir`; none where the folder is missing. */
export function logPaths(logsDir: string): string[] {
  const sessionsDir = join(logsDir, "sessions");
  try {
    return readdirSync(sessionsDir)
      .filter((name) => name.endsWith(".jsonl"))
      .map((name) => join(sessionsDir, name));
  } catch (error) {
    if (hasSystemCode(error, "ENOENT", "ENOTDIR")) return [];
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
  };
}
