import { DamagedFile } from "../io/derived-file.js";
import type { Prepared } from "../io/prepared.js";
import type { Row } from "../io/sqlite.js";
import { toLogPlace, type LogPlace } from "../log/log-place.js";
import { parseJson } from "../schema/parse-json.js";
import { foldSessionId } from "../schema/session-id.js";
import type { RowState } from "./row-state.js";

/** One log, as searches see it. */
export interface IndexedLog {
  n: number;
  id: string;
  logsDir: string;
  /** Bytes that are still to be taken in. */
  pendingBytes: number;
  /** Greatest time of what is taken in, and the most by which a time stepped back there; milliseconds. */
  lastMs: number;
  setbackMs: number;
  /** Its rows of `blocks` lie between these; 0 and 0: it has none. */
  firstRow: number;
  lastRow: number;
}

/** One log, with all that is needed to read on in it. */
export interface SessionRow extends IndexedLog, LogPlace {
  state: RowState;
}

/** @throws {DamagedFile} where the row cannot be read. */
export function toSessionRow(row: Row): SessionRow {
  return { ...toIndexedLog(row), ...toLogPlace(row), state: readState(String(row["state"])) };
}

export function toIndexedLog(row: Row): IndexedLog {
  return {
    n: Number(row["n"]),
    id: String(row["id"]),
    logsDir: String(row["logs_dir"]),
    pendingBytes: Number(row["pending_bytes"]),
    lastMs: Number(row["last_ms"]),
    setbackMs: Number(row["setback_ms"]),
    firstRow: Number(row["first_row"]),
    lastRow: Number(row["last_row"]),
  };
}

export function sessionById(table: Prepared, sessionId: string): SessionRow | undefined {
  const row = table.get("SELECT * FROM sessions WHERE id_key = ?", foldSessionId(sessionId));
  return row && toSessionRow(row);
}

function readState(text: string): RowState {
  const state = parseJson(text);
  if (typeof state !== "object" || state === null) throw new DamagedFile("Cannot read a session's state");
  return state as RowState;
}
