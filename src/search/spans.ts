import type { Prepared } from "../io/prepared.js";

/** A run of rows of `blocks`, with the least and the greatest time in it. */
export interface Span {
  firstRow: number;
  lastRow: number;
  minMs: number;
  maxMs: number;
  /** The rows ascend by time, session and place. */
  sorted: boolean;
}

/** So many rows of any order are looked through whole; more shall be in order. */
const mostUnsorted = 2048;
/** A longer span says too little of where its times lie. */
const mostSorted = 16_384;

/** Adds a run of rows that follows the last span, sorted in itself; joins it to that span where it may. Within a transaction. */
export function addSpan(table: Prepared, span: Omit<Span, "sorted">): void {
  const last = lastSpan(table);
  const rows = span.lastRow - (last?.firstRow ?? 0) + 1;
  const follows = last !== undefined && last.sorted && span.minMs > last.maxMs && rows <= mostSorted;
  if (last && (follows || rows <= mostUnsorted)) {
    table.run(
      "UPDATE spans SET last_row = ?, min_ms = ?, max_ms = ?, sorted = ? WHERE first_row = ?",
      span.lastRow,
      Math.min(last.minMs, span.minMs),
      Math.max(last.maxMs, span.maxMs),
      Number(follows),
      last.firstRow,
    );
  } else {
    table.run("INSERT INTO spans VALUES (?, ?, ?, ?, 1)", span.firstRow, span.lastRow, span.minMs, span.maxMs);
  }
}

/** All spans, the one with the newest rows first. */
export function spansNewestFirst(table: Prepared): Span[] {
  return table.all("SELECT * FROM spans ORDER BY max_ms DESC").map(toSpan);
}

function lastSpan(table: Prepared): Span | undefined {
  const row = table.get("SELECT * FROM spans ORDER BY first_row DESC LIMIT 1");
  return row && toSpan(row);
}

function toSpan(row: Readonly<Record<string, unknown>>): Span {
  return {
    firstRow: Number(row["first_row"]),
    lastRow: Number(row["last_row"]),
    minMs: Number(row["min_ms"]),
    maxMs: Number(row["max_ms"]),
    sorted: row["sorted"] === 1,
  };
}
