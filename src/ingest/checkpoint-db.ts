import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { CoreError, hasSystemCode } from "../errors.js";
import { makePrivateDir } from "../io/atomic-write.js";
import { moveAside } from "../io/moved-aside.js";
import { NotRegularFile, regularStat } from "../io/regular-file.js";
import { Prepared } from "../io/prepared.js";
import { closeWritten, isCorrupt, isUnwritable, openDatabase, transaction, withRetry, type Database, type Row, type SqlValue } from "../io/sqlite.js";
import { checkpointSchema, schemaVersion } from "./checkpoint-schema.js";

/** `import.sqlite`, or a copy of it in memory, with its statements kept ready. */
export class CheckpointDb {
  readonly #db: Database;
  readonly #prepared: Prepared;

  private constructor(db: Database) {
    this.#db = db;
    this.#prepared = new Prepared(db);
  }

  /**
   * Opens the file, making it where it is missing. One that is damaged is moved aside; one of another version is emptied.
   * @param onWarning Told of a damaged file.
   * @throws {CoreError} `LOG_IO` where it cannot be written.
   */
  static open(path: string, { nowMs, onWarning }: { nowMs: number; onWarning: (message: string) => void }): CheckpointDb {
    try {
      makePrivateDir(dirname(path));
      return CheckpointDb.#openFile(path);
    } catch (error) {
      if (isUnwritable(error)) throw new CoreError("LOG_IO", `Cannot write "${path}". Check the permissions of its folder and the free space of its disk.`, { cause: error });
      if (!isCorrupt(error) && !(error instanceof NotRegularFile)) throw error;
      CheckpointDb.setAside(path, { nowMs, onWarning });
      return CheckpointDb.#openFile(path);
    }
  }

  /** Moves a damaged file aside, and says so; nothing where somebody did it before. */
  static setAside(path: string, { nowMs, onWarning }: { nowMs: number; onWarning: (message: string) => void }): void {
    // The write-ahead log belongs to the damaged file: left there it would be played into the new one.
    for (const suffix of ["-wal", "-shm"]) rmSync(path + suffix, { force: true });
    try {
      const aside = moveAside(path, nowMs);
      onWarning(`import.sqlite was damaged and lies at ${aside} now. Native files are read again; nothing is written twice.`);
    } catch (error) {
      if (!hasSystemCode(error, "ENOENT")) throw error;
    }
  }

  /** In memory: a copy of what `path` holds, empty where there is no such file; nothing on disk is changed through it. */
  static copyInMemory(path: string | undefined): CheckpointDb {
    const copy = new CheckpointDb(openDatabase(":memory:"));
    copy.#prepareSchema();
    if (path !== undefined && regularStat(path)) copy.#copyFrom(path);
    return copy;
  }

  get(sql: string, ...params: SqlValue[]): Row | undefined {
    return withRetry(() => this.#prepared.get(sql, ...params));
  }

  all(sql: string, ...params: SqlValue[]): Row[] {
    return withRetry(() => this.#prepared.all(sql, ...params));
  }

  run(sql: string, ...params: SqlValue[]): { changes: number; rowId: number } {
    return withRetry(() => this.#prepared.run(sql, ...params));
  }

  /** All of `fn` or nothing; joins a transaction that is under way. */
  transaction<T>(fn: () => T): T {
    return transaction(this.#db, fn);
  }

  close(): void {
    closeWritten(this.#db);
  }

  static #openFile(path: string): CheckpointDb {
    const db = openDatabase(path);
    try {
      withRetry(() => db.exec("PRAGMA journal_mode = WAL"));
      db.exec("PRAGMA synchronous = NORMAL");
      // Each checkpoint of the write-ahead log waits for the disk: an import would do so every few dozen files.
      db.exec("PRAGMA wal_autocheckpoint = 4000");
      const opened = new CheckpointDb(db);
      opened.#prepareSchema();
      return opened;
    } catch (error) {
      db.close();
      throw error;
    }
  }

  #prepareSchema(): void {
    if (this.#version() === schemaVersion) return;
    this.transaction(() => {
      // Another process may have made it while this one waited.
      if (this.#version() === schemaVersion) return;
      for (const { name } of this.#db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all()) {
        this.#db.exec(`DROP TABLE "${String(name)}"`);
      }
      this.#db.exec(checkpointSchema);
      this.#db.exec(`PRAGMA user_version = ${schemaVersion}`);
    });
  }

  #version(): number {
    return Number(withRetry(() => this.#db.prepare("PRAGMA user_version").get())?.["user_version"]);
  }

  #copyFrom(path: string): void {
    const source = openDatabase(path, { readOnly: true });
    try {
      if (Number(source.prepare("PRAGMA user_version").get()?.["user_version"]) !== schemaVersion) return;
      this.transaction(() => {
        for (const { name } of this.#db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()) copyTable(source, this.#db, String(name));
      });
    } finally {
      source.close();
    }
  }
}

function copyTable(source: Database, target: Database, table: string): void {
  for (const row of source.prepare(`SELECT * FROM "${table}"`).iterate()) {
    const values = Object.values(row);
    target.prepare(`INSERT INTO "${table}" VALUES (${values.map(() => "?").join(", ")})`).run(...values);
  }
}
