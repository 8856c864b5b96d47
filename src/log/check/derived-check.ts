import { join } from "node:path";
import type { Examined } from "../../io/examine-database.js";
import { regularStat } from "../../io/regular-file.js";
import type { Row } from "../../io/sqlite.js";
import { statIfThere } from "../../io/stat-if-there.js";
import type { Finding } from "../../schema/health.js";
import { foldSessionId } from "../../schema/session-id.js";
import type { LogRef } from "../log-place.js";
import { Home } from "../home.js";
import type { DerivedCheck } from "./check-home.js";
import type { Fields } from "./line-facts.js";

/** What a database says of one log: how much of which file it has taken in. */
export interface KnownLog {
  id: string;
  logsDir: string;
  indexedBytes: number;
  inode: number;
}

/** What was read of a database that is derived from the logs. */
export interface KnownLogs<K extends KnownLog> {
  logs: readonly K[];
  /** When each folder had changed last, in milliseconds, when it was looked through. */
  folders: ReadonlyMap<string, number>;
  /** What is wrong with the database by itself. */
  faults: readonly string[];
}

/** Counts what the lines that a database has taken in must have become there. */
export interface LogCount {
  take(fields: Fields, offsetBytes: number): void;
  /** What differs from what it holds. */
  differences(): string[];
}

export interface DerivedParts<K extends KnownLog> {
  path: string;
  code: "catalogue_differs" | "search_differs";
  examined: Examined<KnownLogs<K>>;
  count: (known: K) => LogCount;
}

/** The columns that such databases name alike. */
export function toKnownLog(row: Row): KnownLog {
  return { id: String(row["id"]), logsDir: String(row["logs_dir"]), indexedBytes: Number(row["indexed_bytes"]), inode: Number(row["inode"]) };
}

/** The rows of the table `folders`. */
export function toFolders(rows: readonly Row[]): Map<string, number> {
  return new Map(rows.map((row) => [String(row["logs_dir"]), Number(row["changed_ms"])]));
}

/**
 * Compares a database with the logs, as far as it has taken them in: that it is behind is no fault, for its next use makes that good. A log that it
 * lacks, or has though it is gone, is one where it believes to have looked through the folder since.
 */
export function derivedCheck<K extends KnownLog>({ path, code, examined, count }: DerivedParts<K>): DerivedCheck {
  const { logs, folders, faults }: KnownLogs<K> = examined.state === "good" ? examined.value : { logs: [], folders: new Map(), faults: [] };
  const byId = new Map(logs.map((known) => [foldSessionId(known.id), known]));
  const finding = (sessionId: string, what: string): Finding => ({ code, path, sessionId, what });
  const isLookedThrough = (logsDir: string): boolean => folders.get(logsDir) === statIfThere(join(logsDir, "sessions"))?.mtimeMs;
  return {
    witness(log) {
      const known = byId.get(foldSessionId(log.id));
      if (!known) return { take: () => undefined, end: ({ facts }) => (facts.events > 0 && isLookedThrough(log.logsDir) ? [finding(log.id, "the session is missing")] : []) };
      if (!isOf(known, log)) return undefined;
      const counted = count(known);
      return {
        take(fields, { offsetBytes, endBytes }) {
          if (endBytes <= known.indexedBytes) counted.take(fields, offsetBytes);
        },
        end({ inode, wholeBytes }) {
          const isTakenIn = inode === known.inode && known.indexedBytes <= wholeBytes;
          return isTakenIn ? counted.differences().map((what) => finding(log.id, what)) : [];
        },
      };
    },
    end() {
      if (examined.state === "damaged") return [{ code: "damaged_database", path, what: examined.what }];
      if (examined.state === "other version") return [{ code: "other_version", path, what: `version ${examined.version}` }];
      const gone = logs.filter(({ id, logsDir }) => !regularStat(Home.logPath(logsDir, id)) && isLookedThrough(logsDir));
      return [...gone.map(({ id }) => finding(id, "the session has no log")), ...faults.map((what): Finding => ({ code, path, what }))];
    },
  };
}

function isOf(known: KnownLog, log: LogRef): boolean {
  return known.logsDir === log.logsDir && known.id === log.id;
}
