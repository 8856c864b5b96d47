import { closeSync, lstatSync, readdirSync, type Stats } from "node:fs";
import { join } from "node:path";
import { hasSystemCode } from "../../errors.js";
import { readFully } from "../../io/lines.js";
import { isOpenToOthers } from "../../io/private-mode.js";
import { openRegular, NotRegularFile } from "../../io/regular-file.js";
import type { Finding } from "../../schema/health.js";
import { isSessionId } from "../../schema/session-id.js";
import type { Home } from "../home.js";

/** A temporary file so old is nobody's work any more. */
const staleMs = 60_000;
const temporary = /\.(?:[0-9a-f]{12}\.tmp|next|last)$/;
const aside = /\.(?:corrupt|backup)-\d{4}-\d{2}-\d{2}T/;
const sqliteMagic = "SQLite format 3\0";
const homeFiles = /^(?:sessions_index\.json|ingest\.lease|(?:import|catalogue|search)\.sqlite(?:-wal|-shm|-journal)?)$/;
const logsFiles = /^(?:index\.json|backfill_state\.json)$/;

/** What is wrong with the files and folders of a home beside what they hold: modes, names, and what was left behind. */
export function checkFiles(home: Home, nowMs: number): Finding[] {
  const inHome = entriesIn(home.dir).filter(({ name }) => homeFiles.test(name) || isLeft(name));
  const folders = home.allLogsDirs();
  return [
    ...openFolder(home.dir),
    ...inHome.flatMap((entry) => checkEntry(entry, nowMs)),
    ...checkLocks(join(home.dir, "locks"), nowMs),
    ...folders.flatMap((logsDir) => checkLogsFolder(logsDir, nowMs)),
  ];
}

interface Entry {
  name: string;
  path: string;
  stats: Stats;
}

function checkLogsFolder(logsDir: string, nowMs: number): Finding[] {
  const own = entriesIn(logsDir).filter(({ name }) => logsFiles.test(name) || isLeft(name));
  const sessions = join(logsDir, "sessions");
  const logs = entriesIn(sessions).flatMap((entry): Finding[] => {
    const isLog = entry.name.endsWith(".jsonl") && isSessionId(entry.name.slice(0, -".jsonl".length));
    if (isLog && !entry.stats.isFile()) return [{ code: "unreadable_log", path: entry.path, what: new NotRegularFile(entry.path, entry.stats).kind }];
    return isLog || isLeft(entry.name) ? checkEntry(entry, nowMs) : [{ code: "strange_name", path: entry.path, what: "no name of a log" }];
  });
  return [...openFolder(logsDir), ...openFolder(sessions), ...own.flatMap((entry) => checkEntry(entry, nowMs)), ...logs, ...checkLocks(join(logsDir, "locks"), nowMs)];
}

function checkLocks(dir: string, nowMs: number): Finding[] {
  const entries = entriesIn(dir);
  return [...openFolder(dir), ...entries.flatMap((entry) => [...checkEntry(entry, nowMs), ...(entry.name.endsWith(".lock") ? checkLock(entry) : [])])];
}

/** A lock is a database that stays empty: of no bytes, or of some that SQLite can read. */
function checkLock({ path, stats }: Entry): Finding[] {
  if (!stats.isFile()) return [{ code: "unusable_lock", path, what: new NotRegularFile(path, stats).kind }];
  return stats.size === 0 || startOf(path) === sqliteMagic ? [] : [{ code: "unusable_lock", path, what: `${stats.size} bytes that are no lock` }];
}

/** A link is left alone: what lies behind it is not ours. */
function checkEntry({ name, path, stats }: Entry, nowMs: number): Finding[] {
  if (stats.isDirectory()) return openFolder(path);
  if (!stats.isFile()) return [];
  const isOld = stats.mtimeMs < nowMs - staleMs;
  return [
    ...(isOpenToOthers(path) ? [openFinding(path, stats)] : []),
    ...(temporary.test(name) && isOld ? [{ code: "stale_temporary", path, what: `${stats.size} bytes` } as const] : []),
    ...(aside.test(name) ? [{ code: "kept_aside", path, what: `${stats.size} bytes` } as const] : []),
  ];
}

function openFolder(path: string): Finding[] {
  return isOpenToOthers(path) ? [openFinding(path, lstatSync(path))] : [];
}

function openFinding(path: string, { mode }: Stats): Finding {
  return { code: "open_to_others", path, what: `mode ${(mode & 0o777).toString(8)}` };
}

function isLeft(name: string): boolean {
  return temporary.test(name) || aside.test(name);
}

function startOf(path: string): string {
  const fd = openRegular(path);
  try {
    const start = Buffer.alloc(sqliteMagic.length);
    return start.subarray(0, readFully(fd, start, 0)).toString("latin1");
  } finally {
    closeSync(fd);
  }
}

/** What lies in a folder; nothing where it is gone or cannot be read. */
function entriesIn(dir: string): Entry[] {
  try {
    return readdirSync(dir).flatMap((name) => {
      const path = join(dir, name);
      const stats = lstatSync(path, { throwIfNoEntry: false });
      return stats ? [{ name, path, stats }] : [];
    });
  } catch (error) {
    if (hasSystemCode(error, "ENOENT", "ENOTDIR", "EACCES", "EPERM", "ELOOP")) return [];
    throw error;
  }
}
