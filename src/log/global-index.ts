import { basename, dirname, join } from "node:path";
import { linesForward } from "../io/lines.js";
import { GlobalSessionIndex, type GlobalSessionEntry } from "../schema/index-files.js";
import { Home } from "./home.js";
import { readHeadedLine } from "./index-entry.js";
import { readJsonFile, updateJsonFile, type JsonFile, type JsonFileOptions } from "./json-file.js";
import { logPaths } from "./session-index.js";

/*
 * <home>/sessions_index.json, the seed's GlobalSessionIndex:
 *   { "sessions": [ { "session_id", "project", "log_path", "provider", "started_at" } ] }
 * `project` is the name of the folder that holds the logs folder. Written for other programs, like index.json.
 */

export interface GlobalIndexOptions extends JsonFileOptions {
  /** Logs folders that a rebuild reads; those below `baseDir` where absent. */
  logsDirs?: () => readonly string[];
}

/** The index of all sessions of a home; empty where there is none. One that cannot be read is moved aside, rebuilt and reported. */
export function loadGlobalIndex(baseDir: string, options: GlobalIndexOptions = {}): GlobalSessionIndex {
  return readJsonFile(globalIndexFile(baseDir, options), options);
}

/** Replaces the index. @throws {CoreError} `LOCK_TIMEOUT`. */
export function saveGlobalIndex(baseDir: string, index: GlobalSessionIndex, options: GlobalIndexOptions = {}): void {
  const replace = (current: GlobalSessionIndex): void => {
    current.sessions = index.sessions;
  };
  updateJsonFile(globalIndexFile(baseDir, options), replace, options);
}

/** Puts one session into the index, or replaces what it says of it. @throws {CoreError} `LOCK_TIMEOUT`. */
export function upsertGlobalEntry(baseDir: string, entry: GlobalSessionEntry, options: GlobalIndexOptions = {}): void {
  upsertGlobalEntries(baseDir, [entry], options);
}

/** As `upsertGlobalEntry` for many sessions with one write; none where nothing changes. */
export function upsertGlobalEntries(baseDir: string, entries: readonly GlobalSessionEntry[], options: GlobalIndexOptions = {}): void {
  const upsert = (index: GlobalSessionIndex): void => {
    const byId = new Map(index.sessions.map((entry) => [entry.session_id, entry]));
    for (const entry of entries) byId.set(entry.session_id, { ...byId.get(entry.session_id), ...inOrder(entry) });
    index.sessions = [...byId.values()];
  };
  updateJsonFile(globalIndexFile(baseDir, options), upsert, options);
}

/** Takes sessions out of the index; nothing is written where it holds none of them. @throws {CoreError} `LOCK_TIMEOUT`. */
export function removeGlobalEntries(baseDir: string, sessionIds: ReadonlySet<string>, options: GlobalIndexOptions = {}): void {
  const remove = (index: GlobalSessionIndex): void => {
    index.sessions = index.sessions.filter(({ session_id }) => !sessionIds.has(session_id));
  };
  updateJsonFile(globalIndexFile(baseDir, options), remove, options);
}

/** The index that the logs in `logsDirs` stand for, oldest session first. Reads the first readable line of each. */
export function rebuildGlobalIndex(logsDirs: readonly string[]): GlobalSessionIndex {
  const entries = logsDirs.flatMap((logsDir) => logPaths(logsDir).flatMap((path) => readGlobalEntry(logsDir, path) ?? []));
  return { sessions: entries.sort((a, b) => Date.parse(a.started_at) - Date.parse(b.started_at)) };
}

/** `project` of the sessions in a logs folder: the name of the folder that holds it. */
export function projectOf(logsDir: string): string {
  return basename(dirname(logsDir));
}

function readGlobalEntry(logsDir: string, logPath: string): GlobalSessionEntry | undefined {
  for (const { bytes } of linesForward(logPath, { fromByte: 0 })) {
    const event = readHeadedLine(bytes);
    if (!event) continue;
    return {
      session_id: basename(logPath, ".jsonl"),
      project: projectOf(logsDir),
      log_path: logPath,
      provider: event.provider,
      started_at: event.ts,
    };
  }
  return undefined;
}

function inOrder({ session_id, project, log_path, provider, started_at }: GlobalSessionEntry): GlobalSessionEntry {
  return { session_id, project, log_path, provider, started_at };
}

function globalIndexFile(baseDir: string, { logsDirs }: GlobalIndexOptions): JsonFile<GlobalSessionIndex> {
  return {
    path: join(baseDir, "sessions_index.json"),
    lockPath: join(baseDir, "locks", "sessions_index.lock"),
    schema: GlobalSessionIndex,
    empty: () => ({ sessions: [] }),
    rebuild: () => rebuildGlobalIndex(logsDirs?.() ?? new Home({ dir: baseDir }).allLogsDirs()),
  };
}
