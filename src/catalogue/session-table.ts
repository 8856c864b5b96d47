import { Prepared } from "../io/prepared.js";
import type { Row, SqlValue } from "../io/sqlite.js";
import { placeColumns, refOf, toLogPlace, type LogPlace, type LogRef } from "../log/log-place.js";
import { foldSessionId } from "../schema/session-id.js";
import type { SessionFacts } from "./session-facts.js";
import { sortColumns, toSessionRow, type SessionRow } from "./session-rows.js";
import type { SessionState } from "./session-state.js";
import type { SessionStats } from "./session-stats.js";
import { addStats, removeStats } from "./stats-table.js";

/** One log after more of it was read: what is to be written of it. */
export interface FoldedLog extends Omit<LogPlace, "n"> {
  /** The row that was gone on from; undefined for a log nobody knew. */
  base: SessionRow | undefined;
  /** Read from its first byte: what the catalogue held of it is dropped. */
  fromStart: boolean;
  state: SessionState;
  facts: SessionFacts;
  stats: SessionStats;
  offsets: readonly (readonly [seq: number, offsetBytes: number])[];
}

/** A walk through a list keeps its order for this long. */
export const walkMs = 3_600_000;
const mostCounted = 100;
const joined = "SELECT s.*, t.state, t.open_stats FROM sessions s JOIN states t USING (n)";

/** The tables of sessions, by row: statements are prepared once for each open catalogue. */
export class SessionTable extends Prepared {
  #counted = new Map<string, number>();
  #countedVersion = -1;

  /** As `number`, counted once for as long as the sessions stay as they are: for what is slow to count. */
  count(sql: string, ...params: SqlValue[]): number {
    const version = this.version();
    if (version !== this.#countedVersion || this.#counted.size >= mostCounted) this.#counted = new Map();
    this.#countedVersion = version;
    const key = JSON.stringify([sql, params]);
    const known = this.#counted.get(key) ?? this.number(sql, ...params);
    this.#counted.set(key, known);
    return known;
  }

  byId(sessionId: string): SessionRow | undefined {
    const row = this.sql(`${joined} WHERE s.id_key = ?`).get(foldSessionId(sessionId));
    return row && toSessionRow(row);
  }

  /** As `byId`, without reading all that is known of the session. */
  refById(sessionId: string): (LogRef & { n: number }) | undefined {
    const row = this.sql("SELECT n, id, logs_dir FROM sessions WHERE id_key = ?").get(foldSessionId(sessionId));
    return row && { n: Number(row["n"]), ...refOf({ id: String(row["id"]), logsDir: String(row["logs_dir"]) }) };
  }

  byNumber(n: number): SessionRow | undefined {
    const row = this.sql(`${joined} WHERE s.n = ?`).get(n);
    return row && toSessionRow(row);
  }

  /** Places of the logs in a folder, by folded id. */
  placesIn(logsDir: string): Map<string, LogPlace> {
    const rows = this.all(`SELECT ${placeColumns} FROM sessions WHERE logs_dir = ?`, logsDir).map(toLogPlace);
    return new Map(rows.map((place) => [foldSessionId(place.id), place]));
  }

  version(): number {
    return this.number("SELECT version FROM catalogue");
  }

  /** Takes a session out, with all that is known of it. */
  remove(n: number): void {
    this.#removeFacts(n);
    for (const table of ["states", "moves", "sessions"]) this.sql(`DELETE FROM ${table} WHERE n = ?`).run(n);
    this.sql("UPDATE catalogue SET version = version + 1").run();
  }

  /**
   * Writes what was read of a log, within a transaction.
   * @returns False, and nothing is written, where another process has written of that log meanwhile.
   */
  save(folded: FoldedLog, nowMs: number): boolean {
    const version = this.version() + 1;
    const n = folded.base ? this.#update(folded, folded.base, version, nowMs) : this.#insert(folded, version);
    if (n === undefined) return false;
    this.sql("INSERT INTO states VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state, open_stats = excluded.open_stats").run(
      n,
      JSON.stringify(folded.state),
      JSON.stringify(folded.stats.open),
    );
    this.#addFacts(n, folded);
    addStats((sql) => this.sql(sql), { n, stats: folded.stats, isFirst: folded.fromStart || !folded.base });
    this.sql("UPDATE catalogue SET version = ?").run(version);
    return true;
  }

  #insert(folded: FoldedLog, version: number): number | undefined {
    const { changes, lastInsertRowid } = this.sql(
      `INSERT INTO sessions (id, id_key, logs_dir, indexed_bytes, size_bytes, inode, mtime_ms, mark, mark_bytes,
         provider, workspace, child, ended, last_ms, seen_ms, search_text, version, created_version, moved_version)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    ).run(folded.id, foldSessionId(folded.id), ...fileColumns(folded), ...stateColumns(folded), version, version, version);
    return Number(changes) === 0 ? undefined : Number(lastInsertRowid);
  }

  #update(folded: FoldedLog, base: SessionRow, version: number, nowMs: number): number | undefined {
    const old = this.sql(
      "SELECT last_ms, version, moved_version FROM sessions WHERE n = ? AND id_key = ? AND indexed_bytes = ? AND inode = ?",
    ).get(base.n, foldSessionId(folded.id), base.indexedBytes, base.inode);
    if (!old) return undefined;
    const { lastMs } = sortColumns(folded.id, folded.state);
    const moved = Number(old["last_ms"]) !== lastMs;
    if (moved) this.#remember(base.n, old, version, nowMs);
    // A heartbeat changes a session's status only, and of that nobody is told.
    const shows = folded.fromStart || folded.state.events !== base.state.events;
    this.sql(
      `UPDATE sessions SET logs_dir = ?, indexed_bytes = ?, size_bytes = ?, inode = ?, mtime_ms = ?, mark = ?, mark_bytes = ?,
         provider = ?, workspace = ?, child = ?, ended = ?, last_ms = ?, seen_ms = ?, search_text = ?, version = ?, moved_version = ?
       WHERE n = ?`,
    ).run(
      ...fileColumns(folded),
      ...stateColumns(folded),
      shows ? version : Number(old["version"]),
      moved ? version : Number(old["moved_version"]),
      base.n,
    );
    if (folded.fromStart) this.#removeFacts(base.n);
    return base.n;
  }

  /**
   * Keeps where the session stood in the order of lists, for walks that began before it moves.
   * Only its first move after the latest walk began matters to any walk.
   */
  #remember(n: number, old: Row, version: number, nowMs: number): void {
    const lastWalk = this.number("SELECT last_walk FROM catalogue");
    if (Number(old["moved_version"]) > lastWalk) return;
    this.sql("DELETE FROM moves WHERE at_ms < ?").run(nowMs - walkMs);
    this.sql("INSERT INTO moves VALUES (?, ?, ?, ?)").run(n, version, old["last_ms"] ?? 0, nowMs);
  }

  #addFacts(n: number, { facts, offsets }: FoldedLog): void {
    for (const alias of facts.aliases) {
      this.sql("INSERT OR IGNORE INTO aliases VALUES (?, ?, ?)").run(foldSessionId(alias), n, alias);
    }
    for (const [oldId, newId] of facts.successors) {
      this.sql("INSERT OR IGNORE INTO successors VALUES (?, ?, ?)").run(foldSessionId(oldId), n, newId);
    }
    // Where a foreign writer repeated a number its last line counts: it is as true and saves more reading.
    for (const [seq, offset] of offsets) this.sql("INSERT OR REPLACE INTO seq_offsets VALUES (?, ?, ?)").run(n, seq, offset);
  }

  #removeFacts(n: number): void {
    for (const table of ["aliases", "successors", "seq_offsets"]) this.sql(`DELETE FROM ${table} WHERE n = ?`).run(n);
    removeStats((sql) => this.sql(sql), n);
  }
}

function fileColumns(folded: FoldedLog): SqlValue[] {
  return [folded.logsDir, folded.indexedBytes, folded.sizeBytes, folded.inode, folded.mtimeMs, folded.mark, folded.markBytes];
}

function stateColumns({ id, state }: FoldedLog): SqlValue[] {
  const { provider, workspace, child, ended, lastMs, seenMs, searchText } = sortColumns(id, state);
  return [provider, workspace, child, ended, lastMs, seenMs, searchText];
}
