import { basename, dirname, join } from "node:path";
import type { z } from "zod";
import { hasSystemCode } from "../../errors.js";
import { NotRegularFile, readRegular, regularStat } from "../../io/regular-file.js";
import type { Finding, FindingCode } from "../../schema/health.js";
import { BackfillState, GlobalSessionIndex, SessionLogIndex, type GlobalSessionEntry, type SessionLogIndexEntry } from "../../schema/index-files.js";
import { parseJson } from "../../schema/parse-json.js";
import { isSessionId } from "../../schema/session-id.js";
import { Home } from "../home.js";
import type { CheckedLog } from "./check-log.js";
import { isSameTime } from "./line-facts.js";

interface Comparison<T> {
  path: string;
  idOf: (entry: T) => string;
  /** Names of the fields that say something else than the log. */
  differences: (entry: T, log: CheckedLog) => string[];
  /** Whether the log of an entry holds something, wherever it may lie. */
  hasLog: (sessionId: string) => boolean;
}

/** What `index.json` and `backfill_state.json` of a folder say that its logs do not. @param logs Those of the folder that were read. */
export function checkFolderIndexes(logsDir: string, logs: readonly CheckedLog[]): Finding[] {
  const path = join(logsDir, "index.json");
  const hasLog = (sessionId: string): boolean => isSessionId(sessionId) && isWritten(Home.logPath(logsDir, sessionId));
  const comparison: Comparison<SessionLogIndexEntry> = { path, hasLog, idOf: (entry) => entry.wrapper_session_id, differences: entryDifferences };
  const backfill = readIndex(join(logsDir, "backfill_state.json"), BackfillState, { imported_session_keys: [], version: 0 });
  const index = readIndex(path, SessionLogIndex, { sessions: [] });
  return [...(Array.isArray(backfill) ? backfill : []), ...(Array.isArray(index) ? index : compare(index.sessions, logs, comparison))];
}

/** What `sessions_index.json` of a home says that its logs do not. @param logs Those of all folders that were read. */
export function checkGlobalIndex(home: Home, logs: readonly CheckedLog[]): Finding[] {
  const path = join(home.dir, "sessions_index.json");
  const folders = home.allLogsDirs();
  const hasLog = (sessionId: string): boolean => isSessionId(sessionId) && folders.some((logsDir) => isWritten(Home.logPath(logsDir, sessionId)));
  const comparison: Comparison<GlobalSessionEntry> = { path, hasLog, idOf: (entry) => entry.session_id, differences: globalDifferences };
  const index = readIndex(path, GlobalSessionIndex, { sessions: [] });
  return Array.isArray(index) ? index : compare(index.sessions, logs, comparison);
}

/** The index, or what is wrong with its file; `empty` where there is none. */
function readIndex<T extends object>(path: string, schema: z.ZodType<T>, empty: T): T | Finding[] {
  let text: string;
  try {
    text = readRegular(path);
  } catch (error) {
    if (hasSystemCode(error, "ENOENT")) return empty;
    if (error instanceof NotRegularFile) return [{ code: "unreadable_index", path, what: error.kind }];
    if (hasSystemCode(error, "EACCES", "EPERM", "EIO")) return [{ code: "unreadable_index", path, what: "it cannot be read" }];
    throw error;
  }
  const { data } = schema.safeParse(parseJson(text));
  return data ?? [{ code: "unreadable_index", path, what: "it is no such index" }];
}

function compare<T>(entries: readonly T[], logs: readonly CheckedLog[], { path, idOf, differences, hasLog }: Comparison<T>): Finding[] {
  const byId = new Map(entries.map((entry) => [idOf(entry), entry]));
  const finding = (code: FindingCode, sessionId: string, what: string): Finding => ({ code, path, sessionId, what });
  const known = logs.filter(({ facts }) => facts.startedAt !== "");
  const told = known.flatMap((log) => {
    const entry = byId.get(log.log.id);
    if (!entry) return [finding("index_lacks", log.log.id, "no entry for the session")];
    const fields = differences(entry, log);
    return fields.length === 0 ? [] : [finding("index_differs", log.log.id, `the log says something else of ${fields.join(", ")}`)];
  });
  const repeated = entries.filter((entry) => byId.get(idOf(entry)) !== entry).map((entry) => finding("index_surplus", idOf(entry), "a second entry for the session"));
  const read = new Set(known.map(({ log }) => log.id));
  const surplus = [...byId.keys()].filter((id) => !read.has(id) && !hasLog(id)).map((id) => finding("index_surplus", id, "an entry without a log"));
  return [...told, ...repeated, ...surplus];
}

function entryDifferences(entry: SessionLogIndexEntry, { log, facts }: CheckedLog): string[] {
  return namesOf({
    provider: entry.provider === facts.provider,
    provider_session_id: facts.providerSessionId === null || entry.provider_session_id === facts.providerSessionId,
    log_path: entry.log_path === log.path,
    completeness: entry.completeness === facts.completeness,
    started_at: isSameTime(entry.started_at, facts.startedAt),
    ended_at: isSameTime(entry.ended_at, facts.endedAt),
    workspace_path: facts.workspace === null || entry.workspace_path === facts.workspace,
    command: facts.command === null || entry.command === facts.command,
    source_paths: [...facts.sourcePaths].every((path) => entry.source_paths.includes(path)),
  });
}

function globalDifferences(entry: GlobalSessionEntry, { log, facts }: CheckedLog): string[] {
  return namesOf({
    project: entry.project === basename(dirname(log.logsDir)),
    log_path: entry.log_path === log.path,
    provider: entry.provider === facts.provider,
    started_at: isSameTime(entry.started_at, facts.startedAt),
  });
}

function namesOf(agrees: Readonly<Record<string, boolean>>): string[] {
  return Object.keys(agrees).filter((name) => !agrees[name]);
}

function isWritten(path: string): boolean {
  return (regularStat(path)?.size ?? 0) > 0;
}
