import type { Prepared } from "../io/prepared.js";
import type { Row, SqlValue } from "../io/sqlite.js";
import type { Candidate, HitPlace } from "./candidate.js";
import type { AskedKinds, SearchFilter } from "./search-filter.js";
import type { Span } from "./spans.js";

/** An event of the index that has all words. */
export interface IndexedCandidate extends Candidate {
  /** Its row of `blocks`. */
  row: number;
  /** Of the asking session, or a call or result of this server's own tools. */
  isLeftOut: boolean;
}

/** Matches in a run of rows: all that have the words, those that pass the filters, and those of them that are left out. */
export interface MatchCounts {
  seen: number;
  passed: number;
  leftOut: number;
}

const matching = "WHERE texts MATCH ? AND texts.rowid BETWEEN ? AND ?";
/** Each row has a session and a kind: who only counts need not look them up. */
const fromRows = `FROM texts CROSS JOIN blocks b ON b.id = texts.rowid ${matching}`;
const from = `FROM texts CROSS JOIN blocks b ON b.id = texts.rowid CROSS JOIN sessions s ON s.n = b.n CROSS JOIN kinds k ON k.kind = b.kind ${matching}`;
const columns = "b.id, b.offset_bytes, b.ms, b.kind, s.n, s.id_key, k.tool";
const newestFirst = "b.ms DESC, s.id_key DESC, b.offset_bytes DESC";
const everything: Span = { firstRow: 0, lastRow: Number.MAX_SAFE_INTEGER, minMs: 0, maxMs: 0, sorted: false };

interface Condition {
  sql: string;
  params: SqlValue[];
}

/** The rows of the index that have all words of a query and pass its filters, asked for by runs of rows. */
export class WordMatches {
  readonly #table: Prepared;
  readonly #expression: string;
  readonly #filter: SearchFilter;
  readonly #asked: number[] | undefined;
  readonly #leftOut: ReadonlySet<number>;

  constructor(table: Prepared, { expression, filter, kinds }: { expression: string; filter: SearchFilter; kinds: AskedKinds }) {
    this.#table = table;
    this.#expression = expression;
    this.#filter = filter;
    this.#asked = kinds.asked;
    this.#leftOut = new Set(kinds.leftOut);
  }

  /** How many rows have the words, whatever the filters; at most `most` are counted. */
  countUpTo(most: number): number {
    return this.#table.number("SELECT COUNT(*) FROM (SELECT 1 FROM texts WHERE texts MATCH ? LIMIT ?)", this.#expression, most);
  }

  /** All that pass the filters, those that are left out too. */
  all(): IndexedCandidate[] {
    const conditions = this.#conditions(everything);
    if (!conditions) return [];
    const sql = `SELECT ${columns} ${from} ${andAll(conditions)}`;
    return this.#table.all(sql, this.#expression, 0, everything.lastRow, ...paramsOf(conditions)).map((row) => this.#toCandidate(row));
  }

  /** The newest of one run that are not left out. @param page.after Only those behind this place. @param page.notBeforeMs Older ones are not needed. */
  newestIn(span: Span, { limit, after, notBeforeMs }: { limit: number; after: HitPlace | undefined; notBeforeMs: number }): IndexedCandidate[] {
    const conditions = this.#conditions(span);
    if (!conditions) return [];
    conditions.push(...this.#notLeftOut(), ...behind(after));
    const sql = `SELECT ${columns} ${from} ${andAll(conditions)} ORDER BY ${span.sorted ? "texts.rowid DESC" : newestFirst} LIMIT ?`;
    const found: IndexedCandidate[] = [];
    for (const row of this.#table.sql(sql).iterate(this.#expression, span.firstRow, span.lastRow, ...paramsOf(conditions), limit)) {
      const candidate = this.#toCandidate(row);
      if (candidate.ms < notBeforeMs) break;
      found.push(candidate);
    }
    return found;
  }

  countIn(span: Span): MatchCounts {
    const conditions = this.#conditions(span);
    const passes = conditions ? allOf(conditions) : "0";
    const kept = conditions ? allOf([...conditions, ...this.#notLeftOut()]) : "0";
    const sql = `SELECT COUNT(*) AS seen, TOTAL(${passes}) AS passed, TOTAL(${kept}) AS kept ${fromRows}`;
    const params = conditions ? [...paramsOf(conditions), ...paramsOf([...conditions, ...this.#notLeftOut()])] : [];
    const row = this.#table.get(sql, ...params, this.#expression, span.firstRow, span.lastRow);
    const passed = Number(row?.["passed"] ?? 0);
    return { seen: Number(row?.["seen"] ?? 0), passed, leftOut: passed - Number(row?.["kept"] ?? 0) };
  }

  /** How well each of these rows fits, by bm25: the less the better. */
  scores(rows: { from: number; to: number; list: readonly number[] }): Map<number, number> {
    // The plus keeps SQLite from asking the text index for one row at a time.
    const sql = "SELECT rowid, bm25(texts) AS score FROM texts WHERE texts MATCH ? AND rowid BETWEEN ? AND ? AND +rowid IN (SELECT value FROM json_each(?))";
    const scored = this.#table.all(sql, this.#expression, rows.from, rows.to, JSON.stringify(rows.list));
    return new Map(scored.map((row) => [Number(row["rowid"]), Number(row["score"])]));
  }

  /** What the filters ask of rows in that run; undefined: none can pass. */
  #conditions({ firstRow, lastRow }: Span): Condition[] | undefined {
    const { sessions, sinceMs, untilMs, files } = this.#filter;
    const conditions: Condition[] = [];
    if (sessions) {
      const inside = sessions.filter((session) => session.firstRow <= lastRow && session.lastRow >= firstRow && session.lastRow > 0);
      if (inside.length === 0) return undefined;
      conditions.push(among("b.n", inside.map(({ n }) => n)));
    }
    if (this.#asked) conditions.push(among("b.kind", this.#asked));
    if (sinceMs !== undefined) conditions.push({ sql: "b.ms >= ?", params: [sinceMs] });
    if (untilMs !== undefined) conditions.push({ sql: "b.ms <= ?", params: [untilMs] });
    if (files) {
      const sql = "b.id IN (SELECT id FROM touches WHERE f IN (SELECT value FROM json_each(?)) AND id BETWEEN ? AND ?)";
      conditions.push({ sql, params: [JSON.stringify(files), firstRow, lastRow] });
    }
    return conditions;
  }

  #notLeftOut(): Condition[] {
    const conditions: Condition[] = [];
    if (this.#leftOut.size > 0) {
      const { sql, params } = among("b.kind", [...this.#leftOut]);
      conditions.push({ sql: `NOT ${sql}`, params });
    }
    if (this.#filter.asking) conditions.push({ sql: "b.n <> ?", params: [this.#filter.asking.n] });
    return conditions;
  }

  #toCandidate(row: Row): IndexedCandidate {
    return {
      row: Number(row["id"]),
      ms: Number(row["ms"]),
      idKey: String(row["id_key"]),
      offsetBytes: Number(row["offset_bytes"]),
      tool: String(row["tool"]),
      isLeftOut: this.#leftOut.has(Number(row["kind"])) || row["n"] === this.#filter.asking?.n,
    };
  }
}

function among(column: string, numbers: readonly number[]): Condition {
  return { sql: `${column} IN (SELECT value FROM json_each(?))`, params: [JSON.stringify(numbers)] };
}

function behind(after: HitPlace | undefined): Condition[] {
  if (!after) return [];
  const sql = "(b.ms < ? OR (b.ms = ? AND (s.id_key < ? OR (s.id_key = ? AND b.offset_bytes < ?))))";
  return [{ sql, params: [after.ms, after.ms, after.idKey, after.idKey, after.offsetBytes] }];
}

function andAll(conditions: readonly Condition[]): string {
  return conditions.map(({ sql }) => `AND ${sql}`).join(" ");
}

function allOf(conditions: readonly Condition[]): string {
  return conditions.length === 0 ? "1" : conditions.map(({ sql }) => `(${sql})`).join(" AND ");
}

function paramsOf(conditions: readonly Condition[]): SqlValue[] {
  return conditions.flatMap(({ params }) => params);
}
