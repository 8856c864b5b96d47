import type { Stats } from "node:fs";
import type { Prepared } from "../io/prepared.js";
import type { Row } from "../io/sqlite.js";
import { regularStat } from "../io/regular-file.js";
import { Home } from "./home.js";

/** A log on disk: the id in the form of its file's name. */
export interface LogRef {
  id: string;
  logsDir: string;
  path: string;
}

/** What a database that is derived from the logs knows of one log's file: enough to tell whether it grew, was replaced, or is as it was. */
export interface LogPlace {
  n: number;
  id: string;
  logsDir: string;
  /** Bytes of whole lines that are taken in. */
  indexedBytes: number;
  /** Size, time and inode of the file when it was last looked at. */
  sizeBytes: number;
  inode: number;
  mtimeMs: number;
  /** Fingerprint of the first `markBytes` bytes, see `log-mark.ts`; not taken while `markBytes` is 0. */
  mark: string;
  markBytes: number;
}

/** The columns of a log's place, which such databases name alike. */
export const placeColumns = "n, id, logs_dir, indexed_bytes, size_bytes, inode, mtime_ms, mark, mark_bytes";

/** A place of a row with these columns. */
export function toLogPlace(row: Row): LogPlace {
  return {
    n: Number(row["n"]),
    id: String(row["id"]),
    logsDir: String(row["logs_dir"]),
    indexedBytes: Number(row["indexed_bytes"]),
    sizeBytes: Number(row["size_bytes"]),
    inode: Number(row["inode"]),
    mtimeMs: Number(row["mtime_ms"]),
    mark: String(row["mark"]),
    markBytes: Number(row["mark_bytes"]),
  };
}

/** Folded ids of the logs that such a database knows in a folder. As one text, for a row of each would cost four times as much; no id holds a `/`. */
export function idKeysIn(table: Pick<Prepared, "all">, logsDir: string): Set<string> {
  const [row] = table.all("SELECT GROUP_CONCAT(id_key, '/') AS keys FROM sessions WHERE logs_dir = ?", logsDir);
  return new Set(typeof row?.["keys"] === "string" ? row["keys"].split("/") : []);
}

export function refOf(place: Pick<LogPlace, "id" | "logsDir">): LogRef {
  return { id: place.id, logsDir: place.logsDir, path: Home.logPath(place.logsDir, place.id) };
}

/** Whether the file is as it was when it was last looked at. */
export function isUnchanged(place: LogPlace, logsDir: string, stats: Stats): boolean {
  return place.logsDir === logsDir && place.sizeBytes === stats.size && place.mtimeMs === stats.mtimeMs && place.inode === stats.ino;
}

/** Whether the log that is known is there. */
export function isThere(place: LogPlace): boolean {
  return regularStat(Home.logPath(place.logsDir, place.id)) !== undefined;
}
