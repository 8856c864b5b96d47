import type { SqlValue } from "../io/sqlite.js";
import { DamagedCatalogue } from "./catalogue-file.js";
import { pathKey } from "./path-key.js";
import type { SessionState } from "./session-state.js";

/** What the catalogue knows of a log's file: enough to tell whether it grew, was replaced, or is as it was. */
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

/** One session of the catalogue. */
export interface SessionRow extends LogPlace {
  state: SessionState;
}

type Columns = Readonly<Record<string, SqlValue>>;

export function toLogPlace(row: Columns): LogPlace {
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

/** @throws {DamagedCatalogue} where the state cannot be read. */
export function toSessionRow(row: Columns): SessionRow {
  return { ...toLogPlace(row), state: readState(String(row["state"])) };
}

/** What lists filter and sort by, as it stands in the row. */
export function sortColumns(id: string, state: SessionState) {
  return {
    provider: state.provider,
    workspace: state.workspace === null ? "" : pathKey(state.workspace),
    child: state.parentSessionId === null ? 0 : 1,
    ended: state.ended ? 1 : 0,
    lastMs: state.lastMs ?? 0,
    seenMs: Math.max(state.lastMs ?? 0, state.heartbeatMs ?? 0),
    searchText: searchKey(`${state.title ?? state.firstWords ?? ""}\n${id}`),
  };
}

/** The form in which titles and ids are searched. */
export function searchKey(text: string): string {
  return text.toLowerCase();
}

function readState(text: string): SessionState {
  try {
    return JSON.parse(text) as SessionState;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new DamagedCatalogue("Cannot read a session's state", { cause: error });
  }
}
