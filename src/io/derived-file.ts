import { join } from "node:path";
import { CoreError, hasSystemCode } from "../errors.js";
import { atDatabase, openAtPlace, removeDatabase, setDatabaseAside } from "./database-file.js";
import { closeWritten, isCorrupt, isUnwritable, openDatabase, sqliteErrorCode, transaction, withRetry, type Database } from "./sqlite.js";
import { sleepSync } from "./retry.js";
import { NotRegularFile } from "./regular-file.js";
import { overwriteDeleted, rewrite } from "./erased.js";
import { statIfThere } from "./stat-if-there.js";

/** A value in the file that it cannot hold: the file is as good as corrupt. */
export class DamagedFile extends Error {
  override readonly name = "DamagedFile";
}

/** What a database holds that is derived from other files. */
export interface DerivedContent<T> {
  /** Name of the file in its folder. */
  fileName: string;
  /** What messages call it: `the catalogue`. */
  title: string;
  /** Raised with every change of the tables or of what they are made of: a file of an older version is made anew, that of a newer one left alone. */
  version: number;
  /** Makes the tables in an empty database. */
  schema: string;
  /** Run on a database that has no tables yet, before anything else: what its file keeps. */
  birthPragmas?: string;
  /** Run on each database that is opened; they shall not write, for the first write to a journal waits for the disk. */
  pragmas?: string;
  /** The tables as they are used. Called for each database that is opened. */
  toTables: (db: Database) => T;
}

export interface DerivedFileOptions {
  onWarning: (message: string) => void;
  now: () => number;
  /** Nothing but the file itself is written. */
  readOnly?: boolean;
}

interface Open<T> {
  tables: T;
  db: Database;
  /** 0 for a database in memory. */
  inode: number;
}

/**
 * A database that is derived from other files, opened on first use. It may vanish, be replaced or be damaged at any time, also
 * while it is in use: each use looks whether it is still the file that was opened; one that is damaged is moved aside, reported,
 * and made anew. Where it cannot be written (a full disk, a newer version's file) it is kept in memory.
 */
export class DerivedFile<T> {
  readonly #path: string;
  readonly #content: DerivedContent<T>;
  readonly #options: DerivedFileOptions;
  #open: Open<T> | undefined;
  /** Of the file that was opened last, or that could not be; undefined where something stands there that is no file. */
  #inode: number | undefined;
  #inMemory = false;
  #closed = false;
  /** One up whenever another file took the place of the one in use. */
  generation = 0;

  constructor(dir: string, content: DerivedContent<T>, options: DerivedFileOptions) {
    this.#path = join(dir, content.fileName);
    this.#content = content;
    this.#options = options;
  }

  /**
   * Runs `fn` on the tables as they now stand; once more where the file turned out to be gone or damaged.
   * @throws {CoreError} `LOCK_TIMEOUT`; `LOG_CLOSED` after `close()`.
   */
  use<R>(fn: (tables: T) => R): R {
    return this.#run(({ tables }) => withRetry(() => fn(tables)));
  }

  /** As `use`, all of it in one transaction that writes. */
  write<R>(fn: (tables: T) => R): R {
    return this.#run(({ db, tables }) => transaction(db, () => fn(tables)));
  }

  #run<R>(step: (open: Open<T>) => R): R {
    for (let tries = 0; ; tries += 1) {
      try {
        return step(this.#current());
      } catch (error) {
        if (tries >= mostTries || !this.#mend(error, tries)) throw error;
      }
    }
  }

  /**
   * Runs what deletes by `write`, in as many steps as it likes; then nothing of that is left in the file or its journal. Where others keep
   * it from that the file is removed, and made anew by whoever needs it.
   * @throws {CoreError} `INVALID_ARGUMENT` where a newer version wrote the file.
   */
  async erase(deletes: () => Promise<void>): Promise<void> {
    if (!statIfThere(this.#path) && !this.#open) return;
    this.#run(({ db }) => overwriteDeleted(db));
    await deletes();
    if (!this.#run(({ db }) => rewrite(db)) || this.#inMemory) this.reset();
  }

  /**
   * Removes what there is: the next use begins with empty tables, in every process.
   * @throws {CoreError} `INVALID_ARGUMENT` where a newer version wrote the file.
   */
  reset(): void {
    const { version, title } = this.#content;
    this.#inTurn(() => {
      if (isWrittenByNewer(this.#path, version)) {
        throw new CoreError("INVALID_ARGUMENT", `Cannot rebuild ${title}: "${this.#path}" was written by a newer version. Use that version, or remove the file.`);
      }
      this.#drop();
      removeDatabase(this.#path);
    });
  }

  close(): void {
    this.#closed = true;
    if (this.#open) closeWritten(this.#open.db);
    this.#open = undefined;
  }

  #current(): Open<T> {
    if (this.#closed) throw new CoreError("LOG_CLOSED", `Cannot use ${this.#content.title}: state is closed, must be open`);
    if (this.#open && this.#open.inode !== 0 && statIfThere(this.#path)?.ino !== this.#open.inode) this.#drop();
    this.#open ??= this.#inMemory ? this.#toOpen({ db: openDatabase(":memory:"), inode: 0, version: 0 }) : this.#openFile();
    return this.#open;
  }

  #drop(): void {
    // A handle whose file was moved or removed leaves the new file's -wal alone when it is closed: SQLite checks that.
    this.#open?.db.close();
    this.#open = undefined;
  }

  #inTurn<R>(fn: () => R): R {
    return atDatabase(this.#path, fn, { makesLock: this.#options.readOnly !== true });
  }

  #openFile(): Open<T> {
    return this.#inTurn(() => {
      const found = this.#openAtPlace();
      if (found.version === 0 || found.version >= this.#content.version) return this.#toOpen(found);
      // Not emptied: a process of the older version that has it open would not know its tables any more, but sees that the file is another one.
      found.db.close();
      removeDatabase(this.#path);
      return this.#toOpen(this.#openAtPlace());
    });
  }

  #openAtPlace(): Found {
    this.#inode = undefined;
    const { db, inode } = openAtPlace(this.#path);
    this.#inode = inode;
    return closedIfThrown(db, () => ({ db, inode, version: withRetry(() => userVersion(db)) }));
  }

  #toOpen({ db, inode, version }: Found): Open<T> {
    return closedIfThrown(db, () => {
      withRetry(() => db.exec(`${this.#pragmasFor(version)}; PRAGMA journal_mode = WAL`));
      requireSchema(db, this.#content);
      this.generation += 1;
      return { db, tables: this.#content.toTables(db), inode };
    });
  }

  #pragmasFor(version: number): string {
    const { birthPragmas = "", pragmas = "" } = this.#content;
    return `PRAGMA synchronous = NORMAL; ${version === 0 ? birthPragmas : ""}; ${pragmas}`;
  }

  /** Makes the next try possible. @returns False where another try would fail as well. */
  #mend(error: unknown, tries: number): boolean {
    if (this.#open && this.#open.inode !== 0 && statIfThere(this.#path)?.ino !== this.#open.inode) return true;
    if (error instanceof NewerFile) return this.#keepInMemory("it was written by a newer version", "Use that version, or remove the file.");
    if (isDamage(error)) return this.#setAside();
    if (isUnwritable(error) || (!this.#open && isRefusedLock(error))) {
      if (tries < mostPauses && !this.#inMemory) return this.#comeBack();
      return this.#keepInMemory("it cannot be written", "Check its permissions and the free space of its disk.");
    }
    return hasSystemCode(error, "ENOENT");
  }

  /** What stands in the way may be gone in a moment: too many open files, or somebody who removes the file by hand. */
  #comeBack(): true {
    this.#drop();
    sleepSync(pauseMs);
    return true;
  }

  #keepInMemory(reason: string, whatToDo: string): boolean {
    if (this.#inMemory) return false;
    this.#drop();
    this.#inMemory = true;
    this.#options.onWarning(`${this.#path}: ${reason}; ${this.#content.title} is kept in memory. ${whatToDo}`);
    return true;
  }

  #setAside(): true {
    this.#drop();
    const aside = this.#inTurn(() => setDatabaseAside(this.#path, { nowMs: this.#options.now(), inode: this.#inode }));
    if (aside !== undefined) this.#options.onWarning(`${this.#path} could not be read: moved to ${aside}, rebuilt from the logs`);
    return true;
  }
}

/** So often a file that went, or was damaged, is tried again before it is given up. */
const mostTries = 5;
/** So often, with pauses of so many milliseconds, one that cannot be written is tried again. */
const mostPauses = 3;
const pauseMs = 10;

/** A file that was opened and not yet looked into. */
interface Found {
  db: Database;
  inode: number;
  /** 0 where it holds nothing. */
  version: number;
}

/** The file was written by a version of this program that knows more. */
class NewerFile extends Error {
  override readonly name = "NewerFile";
}

/** Whether the database at `path` has tables of a later version than `own`; false where there is none, or one that cannot be read. */
export function isWrittenByNewer(path: string, own: number): boolean {
  if (!statIfThere(path)) return false;
  try {
    const db = openDatabase(path);
    try {
      return withRetry(() => userVersion(db)) > own;
    } finally {
      db.close();
    }
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}

function closedIfThrown<T>(db: Database, fn: () => T): T {
  try {
    return fn();
  } catch (error) {
    db.close();
    throw error;
  }
}

function userVersion(db: Database): number {
  return Number(db.prepare("PRAGMA user_version").get()?.["user_version"]);
}

function requireSchema<T>(db: Database, { version, schema }: DerivedContent<T>): void {
  const found = userVersion(db);
  if (found > version) throw new NewerFile();
  if (found === version) return;
  transaction(db, () => db.exec(`${schema}; PRAGMA user_version = ${version}`));
}

/** Where the lock of the file cannot be had for want of rights or space, the file beside it cannot be used either. */
function isRefusedLock(error: unknown): boolean {
  return error instanceof CoreError && error.code === "LOG_IO";
}

/** Our statements are fixed, so one that SQLite calls wrong (code 1) stands before tables that are not ours. */
function isDamage(error: unknown): boolean {
  return error instanceof DamagedFile || error instanceof NotRegularFile || isCorrupt(error) || sqliteErrorCode(error) === 1;
}
