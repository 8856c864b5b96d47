import type { Database, Row, SqlValue, Statement } from "./sqlite.js";

/** A database with its statements kept ready: for statements whose text is one of few. */
export class Prepared {
  readonly db: Database;
  readonly #statements = new Map<string, Statement>();

  constructor(db: Database) {
    this.db = db;
  }

  /** The prepared form of `sql`. */
  sql(sql: string): Statement {
    const found = this.#statements.get(sql);
    if (found) return found;
    const made = this.db.prepare(sql);
    this.#statements.set(sql, made);
    return made;
  }

  all(sql: string, ...params: SqlValue[]): Row[] {
    return this.sql(sql).all(...params);
  }

  get(sql: string, ...params: SqlValue[]): Row | undefined {
    return this.sql(sql).get(...params);
  }

  run(sql: string, ...params: SqlValue[]): { changes: number; rowId: number } {
    const { changes, lastInsertRowid } = this.sql(sql).run(...params);
    return { changes: Number(changes), rowId: Number(lastInsertRowid) };
  }

  /** First column of the first row as a number; 0 where there is none. */
  number(sql: string, ...params: SqlValue[]): number {
    const row = this.get(sql, ...params);
    return Number(row ? (Object.values(row)[0] ?? 0) : 0);
  }
}
