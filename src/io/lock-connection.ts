import { type Database, openInPlace, type Row, type Statement } from "./sqlite.js";

/** A connection that locks this often has a read begun and its statements prepared. */
const oftenUsed = 32;
const [beginning, ending] = ["BEGIN IMMEDIATE", "ROLLBACK"];
/** A statement cannot be ended but by V8 (`@photostructure/sqlite` 1.2): its connection, when it is closed, keeps a descriptor until that collects it. */
const mostReadersOfProcess = 64;
let readersOfProcess = 0;

/** What a connection keeps that is used often. The rows alone would not keep their statement; where it is collected all the same the next lock takes longer. */
interface Kept {
  reader: Statement;
  rows: IterableIterator<Row>;
  begin: Statement;
  end: Statement;
}

/** Two rows, of which the second is never fetched; the first looks into the file. */
const twoRows = "SELECT (SELECT COUNT(*) FROM sqlite_schema) UNION ALL SELECT 1";

/**
 * A connection to an SQLite file that stays empty, for its lock. A read that does not end holds the shared lock of the file, which keeps
 * nobody out who does not write to it: a transaction then takes three system calls where it takes eleven without.
 * All errors are the engine's.
 */
export class LockConnection {
  readonly inode: number;
  readonly #db: Database;
  #begun = 0;
  #kept: Kept | undefined;

  /** @throws {NotRegularFile}, the engine's error, or a system error, as `openInPlace`. */
  constructor(path: string) {
    const { db, inode } = openInPlace(path);
    this.inode = inode;
    this.#db = db;
    // An empty database begins each write by making its journal: in a file that costs six times the lock itself.
    db.exec("PRAGMA journal_mode = MEMORY");
  }

  /** Takes the lock. @throws {Error} the engine's, `isBusy` where another has it. */
  begin(): void {
    if (this.#begun === oftenUsed) this.#keep();
    if (this.#kept) this.#kept.begin.get();
    else this.#db.exec(beginning);
    this.#begun += 1;
  }

  /** Gives the lock back, if it is held. */
  end(): void {
    if (!this.#db.isTransaction) return;
    if (this.#kept) this.#kept.end.get();
    else this.#db.exec(ending);
  }

  /** Gives the lock back and the read up before it closes: a connection with a statement may live on for a while. */
  close(): void {
    this.#kept?.rows.return?.();
    this.end();
    this.#db.close();
  }

  #keep(): void {
    if (this.#kept || readersOfProcess >= mostReadersOfProcess) return;
    const reader = this.#db.prepare(twoRows);
    const rows = reader.iterate();
    rows.next();
    this.#kept = { reader, rows, begin: this.#db.prepare(beginning), end: this.#db.prepare(ending) };
    readersOfProcess += 1;
  }
}
