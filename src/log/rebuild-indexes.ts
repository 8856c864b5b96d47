import { setImmediate as turn } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { statIfThere } from "../io/stat-if-there.js";
import type { GlobalSessionEntry, SessionLogIndexEntry } from "../schema/index-files.js";
import type { RebuildOptions } from "../schema/ports.js";
import { loadGlobalIndex, projectOf, upsertGlobalEntries } from "./global-index.js";
import type { Home } from "./home.js";
import { readIndexEntry } from "./index-entry.js";
import type { JsonFileOptions } from "./json-file.js";
import { loadSessionIndex, logPaths, updateSessionIndex } from "./session-index.js";

/** What a log says of its session, and how long it was then. */
interface ReadEntry {
  path: string;
  sizeBytes: number;
  entry: SessionLogIndexEntry;
}

/**
 * Has the indexes of a home say what its logs say: reads each log once, giving way to others in between. What an index says of a log that is
 * not there stays. @see LogPort.rebuildIndexes
 */
export async function rebuildIndexes(home: Home, { signal, onProgress, ...options }: RebuildOptions & JsonFileOptions): Promise<{ sessions: number; mended: number }> {
  const folders = home.allLogsDirs().map((logsDir) => ({ logsDir, paths: logPaths(logsDir) }));
  const total = folders.reduce((sum, { paths }) => sum + paths.length, 0);
  const global: GlobalSessionEntry[] = [];
  const mended = new Set<string>();
  let done = 0;
  for (const { logsDir, paths } of folders) {
    const read: ReadEntry[] = [];
    for (const path of paths) {
      await turn();
      signal?.throwIfAborted();
      const entry = readIndexEntry(path);
      if (entry) read.push({ path, sizeBytes: sizeOf(path), entry });
      onProgress?.({ done: (done += 1), total });
    }
    for (const id of mendFolder(logsDir, read, options)) mended.add(id);
    global.push(...read.map(({ path, entry }) => toGlobal(logsDir, path, entry)));
  }
  for (const id of mendGlobal(home, global, options)) mended.add(id);
  return { sessions: global.length, mended: mended.size };
}

function mendFolder(logsDir: string, read: readonly ReadEntry[], options: JsonFileOptions): string[] {
  const before = new Map(loadSessionIndex(logsDir, options).sessions.map((entry) => [entry.wrapper_session_id, entry]));
  const differs = ({ entry }: ReadEntry): boolean => !isDeepStrictEqual(before.get(entry.wrapper_session_id), entry);
  const wrong = read.filter(differs);
  if (wrong.length === 0) return [];
  updateSessionIndex(
    logsDir,
    (entries) => {
      for (const { path, sizeBytes, entry } of wrong) {
        // Who wrote to it meanwhile has told the index more than was read.
        const now = sizeOf(path) === sizeBytes ? entry : readIndexEntry(path);
        if (now) entries.set(now.wrapper_session_id, now);
      }
    },
    options,
  );
  return wrong.map(({ entry }) => entry.wrapper_session_id);
}

function mendGlobal(home: Home, entries: readonly GlobalSessionEntry[], options: JsonFileOptions): string[] {
  const all = { ...options, logsDirs: () => home.allLogsDirs() };
  const before = new Map(loadGlobalIndex(home.dir, all).sessions.map((entry) => [entry.session_id, entry]));
  const wrong = entries.filter((entry) => !isDeepStrictEqual(before.get(entry.session_id), entry));
  if (wrong.length > 0) upsertGlobalEntries(home.dir, wrong, all);
  return wrong.map(({ session_id }) => session_id);
}

function toGlobal(logsDir: string, path: string, { wrapper_session_id, provider, started_at }: SessionLogIndexEntry): GlobalSessionEntry {
  return { session_id: wrapper_session_id, project: projectOf(logsDir), log_path: path, provider, started_at };
}

function sizeOf(path: string): number {
  return statIfThere(path)?.size ?? -1;
}
