import type { Prepared } from "../io/prepared.js";
import { pathKey } from "../log/path-key.js";
import { foldSessionId } from "../schema/session-id.js";
import { FileNumbers, KindNumbers } from "./shared-numbers.js";
import type { EventRow, LogRows } from "./log-rows.js";
import { addSpan } from "./spans.js";

interface PlacedRow {
  row: EventRow;
  log: LogRows;
  idKey: string;
}

/**
 * Writes what was read of several logs, in the order of time, within a transaction.
 * @returns Those of which another process has written meanwhile: nothing of them was written.
 */
export function saveRows(table: Prepared, logs: readonly LogRows[]): LogRows[] {
  const conflicts = logs.filter((log) => !isAsRead(table, log));
  const accepted = logs.filter((log) => !conflicts.includes(log));
  for (const log of accepted) if (log.fromStart) removeRows(table, log.base);
  const placed = accepted.flatMap((log) => {
    const idKey = foldSessionId(log.base.id);
    return log.rows.map((row) => ({ row, log, idKey }));
  });
  const bounds = insertRows(table, placed.sort(oldestFirst));
  for (const log of accepted) updateSession(table, log, bounds.get(log));
  return conflicts;
}

/** Takes a session out, with all that is known of it. Within a transaction. */
export function removeSession(table: Prepared, place: { n: number }): void {
  const row = table.get("SELECT first_row, last_row FROM sessions WHERE n = ?", place.n);
  if (row) removeRows(table, { n: place.n, firstRow: Number(row["first_row"]), lastRow: Number(row["last_row"]) });
  table.run("DELETE FROM sessions WHERE n = ?", place.n);
}

function isAsRead(table: Prepared, { base }: LogRows): boolean {
  const row = table.get("SELECT id_key, indexed_bytes, mark FROM sessions WHERE n = ?", base.n);
  return row?.["id_key"] === foldSessionId(base.id) && row["indexed_bytes"] === base.indexedBytes && row["mark"] === base.mark;
}

function removeRows(table: Prepared, { n, firstRow, lastRow }: { n: number; firstRow: number; lastRow: number }): void {
  for (const row of table.all("SELECT id FROM blocks WHERE id BETWEEN ? AND ? AND n = ?", firstRow, lastRow, n)) {
    const id = Number(row["id"]);
    table.run("DELETE FROM texts WHERE rowid = ?", id);
    table.run("DELETE FROM blocks WHERE id = ?", id);
  }
  table.run("UPDATE sessions SET first_row = 0, last_row = 0, last_ms = 0, setback_ms = 0 WHERE n = ?", n);
}

/** The order that a sorted span keeps. */
function oldestFirst(one: PlacedRow, other: PlacedRow): number {
  if (one.row.ms !== other.row.ms) return one.row.ms - other.row.ms;
  if (one.idKey !== other.idKey) return one.idKey < other.idKey ? -1 : 1;
  return one.row.offsetBytes - other.row.offsetBytes;
}

/** @returns The first and the last row of each log. */
function insertRows(table: Prepared, rows: readonly PlacedRow[]): Map<LogRows, { firstRow: number; lastRow: number }> {
  const bounds = new Map<LogRows, { firstRow: number; lastRow: number }>();
  const [oldest, newest] = [rows[0], rows.at(-1)];
  if (!oldest || !newest) return bounds;
  const [kinds, files] = [new KindNumbers(table), new FileNumbers(table)];
  const firstRow = table.number("SELECT next_row FROM search");
  const insertText = table.sql("INSERT INTO texts (rowid, body) VALUES (?, ?)");
  const insertBlock = table.sql("INSERT INTO blocks VALUES (?, ?, ?, ?, ?)");
  const insertTouch = table.sql("INSERT OR IGNORE INTO touches VALUES (?, ?)");
  for (const [nth, { row, log }] of rows.entries()) {
    const id = firstRow + nth;
    insertText.run(id, row.text);
    insertBlock.run(id, log.base.n, row.offsetBytes, row.ms, kinds.of(row.kind));
    for (const file of row.files) insertTouch.run(files.of(file), id);
    bounds.set(log, { firstRow: bounds.get(log)?.firstRow ?? id, lastRow: id });
  }
  table.run("UPDATE search SET next_row = ?", firstRow + rows.length);
  addSpan(table, { firstRow, lastRow: firstRow + rows.length - 1, minMs: oldest.row.ms, maxMs: newest.row.ms });
  return bounds;
}

function updateSession(table: Prepared, log: LogRows, bounds: { firstRow: number; lastRow: number } | undefined): void {
  const { base, state } = log;
  const hadRows = !log.fromStart && base.firstRow > 0;
  // Since it was read the log may have grown, and somebody may have seen that: it stays pending.
  table.run(
    `UPDATE sessions SET pending_bytes = CASE WHEN ?1 OR size_bytes <= ?2 THEN ?3 ELSE size_bytes - ?4 END WHERE n = ?5`,
    Number(log.fromStart),
    log.sizeBytes,
    log.pendingBytes,
    log.indexedBytes,
    base.n,
  );
  table.run(
    `UPDATE sessions SET indexed_bytes = ?, size_bytes = ?, inode = ?, mtime_ms = ?, mark = ?, mark_bytes = ?,
       provider = ?, workspace = ?, last_ms = ?, setback_ms = ?, first_row = ?, last_row = ?, state = ? WHERE n = ?`,
    log.indexedBytes,
    log.sizeBytes,
    log.inode,
    log.mtimeMs,
    log.mark,
    log.indexedBytes,
    state.provider,
    state.workspace === null ? "" : pathKey(state.workspace),
    state.maxMs,
    state.setbackMs,
    hadRows ? base.firstRow : (bounds?.firstRow ?? 0),
    bounds?.lastRow ?? (hadRows ? base.lastRow : 0),
    JSON.stringify(state),
    base.n,
  );
}
