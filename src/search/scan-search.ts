import type { DerivedFile } from "../io/derived-file.js";
import type { Prepared } from "../io/prepared.js";
import type { SearchQuery } from "../schema/ports.js";
import type { HitPlace } from "./candidate.js";
import type { Found } from "./finder.js";
import { LogScan, type EventMatcher } from "./log-scan.js";
import type { EventKind } from "./row-state.js";
import type { SearchFilter } from "./search-filter.js";
import { toIndexedLog, type IndexedLog } from "./session-rows.js";

export interface ScanSearchOptions {
  matcher: EventMatcher;
  filter: SearchFilter;
  limit: number;
  after: HitPlace | undefined;
  signal: AbortSignal | undefined;
  onProgress: SearchQuery["onProgress"];
}

/** The newest events that the matcher takes. What the filters ask of sessions, files and tools is known of what is taken in. */
export function scanLogs(file: DerivedFile<Prepared>, options: ScanSearchOptions): Promise<Found> {
  const { filter } = options;
  const sessions = filter.sessions ?? file.use((table) => table.all("SELECT * FROM sessions").map(toIndexedLog));
  const places = filter.files && file.use((table) => placesOf(table, filter.files ?? []));
  const kindAt = (session: IndexedLog, offsetBytes: number): EventKind | undefined => file.use((table) => kindOfRow(table, session, offsetBytes));
  return new LogScan({ ...options, sessions: [...sessions].sort(newestLogFirst), places, kindAt }).run();
}

function newestLogFirst(one: IndexedLog, other: IndexedLog): number {
  return Number(other.pendingBytes > 0) - Number(one.pendingBytes > 0) || other.lastMs - one.lastMs;
}

function placesOf(table: Prepared, files: readonly number[]): Map<number, Set<number>> {
  const sql = "SELECT b.n, b.offset_bytes FROM touches t CROSS JOIN blocks b ON b.id = t.id WHERE t.f IN (SELECT value FROM json_each(?))";
  const places = new Map<number, Set<number>>();
  for (const row of table.all(sql, JSON.stringify(files))) {
    const n = Number(row["n"]);
    places.set(n, (places.get(n) ?? new Set()).add(Number(row["offset_bytes"])));
  }
  return places;
}

function kindOfRow(table: Prepared, { n, firstRow, lastRow }: IndexedLog, offsetBytes: number): EventKind | undefined {
  const sql = "SELECT k.* FROM blocks b CROSS JOIN kinds k ON k.kind = b.kind WHERE b.id BETWEEN ? AND ? AND b.n = ? AND b.offset_bytes = ?";
  const row = table.get(sql, firstRow, lastRow, n, offsetBytes);
  return row && { type: String(row["type"]), tool: String(row["tool"]), toolKind: String(row["tool_kind"]), own: row["own"] === 1 };
}
