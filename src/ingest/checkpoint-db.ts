import { CoreError } from "../errors.js";
import { atDatabase, openAtPlace, removeDatabase, setDatabaseAside } from "../io/database-file.js";
import { overwriteDeleted, rewrite } from "../io/erased.js";
import { NotRegularFile, regularStat } from "../io/regular-file.js";
import { Prepared } from "../io/prepared.js";
import { closeWritten, isCorrupt, isUnwritable, openDatabase, transaction, withRetry, type Database, type Row, type SqlValue } from "../io/sqlite.js";
import { checkpointSchema, schemaVersion } from "./checkpoint-schema.js";

/** `import.sqlite`, or a copy of it in memory, with its statements kept ready. */
export class CheckpointDb {
  readonly #db: Database;
  readonly #prepared: Prepared;
  /** Of the file that was opened, or that was left alone; 0 for a copy. */
  readonly inode: number;
  /** What it holds is in that file, where other processes see it. */
  readonly isInFile: boolean;

  private constructor(db: Database, { inode, isInFile }: { inode: number; isInFile: boolean }) {
    this.#db = db;
    this.inode = inode;
    this.isInFile = isInFile;
    this.#prepared = new Prepared(db);
  }

  /**
   * Opens the file, making it where it is missing. One that is damaged is moved aside, one of an older version made anew; that of a newer
   * version is left to it, and checkpoints are kept in memory.
   * @param onWarning Told of a damaged file, and of a newer version's.
   * @throws {CoreError} `LOG_IO` where it cannot be written.
   */
  static open(path: string, { nowMs, onWarning }: { nowMs: number; onWarning: (message: string) => void }): CheckpointDb {
    return atDatabase(path, () => {
      try {
        return CheckpointDb.#openFile(path, onWarning);
      } catch (error) {
        if (isUnwritable(error)) throw new CoreError("LOG_IO", `Cannot write "${path}". Check the permissions of its folder and the free space of its disk.`, { cause: error });
        if (!isCorrupt(error) && !(error instanceof NotRegularFile)) throw error;
        CheckpointDb.setAside(path, { nowMs, onWarning });
        return CheckpointDb.#openFile(path, onWarning);
      }
    });
  }

  /**
   * Moves a damaged file aside, and says so; nothing where somebody did it before.
   * @param options.inode Of the file that was damaged; undefined for whatever stands there.
   */
  static setAside(path: string, { nowMs, inode, onWarning }: { nowMs: number; inode?: number; onWarning: (message: string) => void }): void {
    const aside = atDatabase(path, () => setDatabaseAside(path, { nowMs, inode }));
    if (aside !== undefined) onWarning(`import.sqlite was damaged and lies at ${aside} now. Native files are read again; nothing is written twice.`);
  }

  /** In memory: a copy of what `path` holds, empty where there is no such file; nothing on disk is changed through it. */
  static copyInMemory(path: string | undefined): CheckpointDb {
    const copy = CheckpointDb.#inMemory(0);
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

  /** As `transaction` of what deletes; then nothing of that is left in the file or its journal. @returns False where others keep it from that. */
  erase(fn: () => void): boolean {
    overwriteDeleted(this.#db);
    this.transaction(fn);
    return rewrite(this.#db);
  }

  close(): void {
    closeWritten(this.#db);
  }

  static #openFile(path: string, onWarning: (message: string) => void): CheckpointDb {
    const { db, inode } = openAtPlace(path);
    let opened: CheckpointDb | undefined;
    let version: number;
    try {
      version = versionOf(db);
      if (version === 0 || version === schemaVersion) opened = CheckpointDb.#useFile(db, inode);
    } finally {
      if (!opened) db.close();
    }
    if (opened) return opened;
    if (version > schemaVersion) {
      onWarning(`${path} was written by a newer version: checkpoints are kept in memory, and native files are read again. Use that version, or remove the file.`);
      return CheckpointDb.#inMemory(inode);
    }
    // Not emptied: a process of the older version that has it open would not know its tables any more, but sees that the file is another one.
    removeDatabase(path);
    return CheckpointDb.#openFile(path, onWarning);
  }

  static #useFile(db: Database, inode: number): CheckpointDb {
    withRetry(() => db.exec("PRAGMA journal_mode = WAL"));
    // What a statement would need to be undone by itself goes into files else.
    db.exec("PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY");
    // Each checkpoint of the write-ahead log waits for the disk: an import would do so every few dozen files.
    db.exec("PRAGMA wal_autocheckpoint = 4000");
    const opened = new CheckpointDb(db, { inode, isInFile: true });
    opened.#prepareSchema();
    return opened;
  }

  static #inMemory(inode: number): CheckpointDb {
    const made = new CheckpointDb(openDatabase(":memory:"), { inode, isInFile: false });
    made.#prepareSchema();
    return made;
  }

  #prepareSchema(): void {
    if (versionOf(this.#db) === schemaVersion) return;
    this.transaction(() => this.#db.exec(`${checkpointSchema} PRAGMA user_version = ${schemaVersion}`));
  }

  #copyFrom(path: string): void {
    const source = openDatabase(path, { readOnly: true });
    try {
      if (versionOf(source) !== schemaVersion) return;
      this.transaction(() => {
        for (const { name } of this.#db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()) copyTable(source, this.#db, String(name));
      });
    } finally {
      source.close();
    }
  }
}

function versionOf(db: Database): number {
  return Number(withRetry(() => db.prepare("PRAGMA user_version").get())?.["user_version"]);
}

function copyTable(source: Database, target: Database, table: string): void {
  for (const row of source.prepare(`SELECT * FROM "${table}"`).iterate()) {
    const values = Object.values(row);
    target.prepare(`INSERT INTO "${table}" VALUES (${values.map(() => "?").join(", ")})`).run(...values);
  }
}
