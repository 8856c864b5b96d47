import { dirname, join } from "node:path";
import { copyAside } from "../../io/moved-aside.js";
import { regularStat } from "../../io/regular-file.js";
import { isSessionId } from "../../schema/session-id.js";
import { loadGlobalIndex, removeGlobalEntries, upsertGlobalEntries } from "../global-index.js";
import { Home } from "../home.js";
import type { JsonFileOptions } from "../json-file.js";
import { updateSessionIndex } from "../session-index.js";

/**
 * Takes entries without a log, and second entries of one session, out of an `index.json` or `sessions_index.json`. A copy stays beside it.
 * @returns The path of the copy.
 * @throws {CoreError} `LOCK_TIMEOUT`, `LOG_IO`. System errors as they are.
 */
export function removeSurplus(home: Home, path: string, { nowMs, ...options }: JsonFileOptions & { nowMs: number }): string {
  const copy = copyAside(path, nowMs);
  if (path === join(home.dir, "sessions_index.json")) removeFromGlobal(home, options);
  else removeFromFolder(dirname(path), options);
  return copy;
}

function removeFromFolder(logsDir: string, options: JsonFileOptions): void {
  updateSessionIndex(
    logsDir,
    (entries) => {
      for (const id of entries.keys()) if (!hasLog([logsDir], id)) entries.delete(id);
    },
    options,
  );
}

function removeFromGlobal(home: Home, options: JsonFileOptions): void {
  const folders = home.allLogsDirs();
  const all = { ...options, logsDirs: () => folders };
  const { sessions } = loadGlobalIndex(home.dir, all);
  removeGlobalEntries(home.dir, new Set(sessions.map(({ session_id }) => session_id).filter((id) => !hasLog(folders, id))), all);
  // Whoever writes it writes each session once.
  upsertGlobalEntries(home.dir, [], all);
}

function hasLog(folders: readonly string[], id: string): boolean {
  return isSessionId(id) && folders.some((logsDir) => (regularStat(Home.logPath(logsDir, id))?.size ?? 0) > 0);
}
