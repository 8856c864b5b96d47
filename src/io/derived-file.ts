import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { CoreError, hasSystemCode } from "../errors.js";
import { makePrivateDir } from "./atomic-write.js";
import { moveAside } from "./moved-aside.js";
import { closeWritten, isCorrupt, isUnwritable, openDatabase, openInPlace, sqliteErrorCode, transaction, withRetry, type Database } from "./sqlite.js";
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
        if (tries > mostRemovals + 1 || !this.#mend(error, tries)) throw error;
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
    if (isWrittenByNewer(this.#path, version)) {
      throw new CoreError("INVALID_ARGUMENT", `Cannot rebuild ${title}: "${this.#path}" was written by a newer version. Use that version, or remove the file.`);
    }
    this.#drop();
    removeFile(this.#path);
  }

  close(): void {
    this.#closed = true;
    if (this.#open) closeWritten(this.#open.db);
    this.#open = undefined;
  }

  #current(): Open<T> {
    if (this.#closed) throw new CoreError("LOG_CLOSED", `Cannot use ${this.#content.title}: state is closed, must be open`);
    if (this.#open && this.#open.inode !== 0 && statIfThere(this.#path)?.ino !== this.#open.inode) this.#drop();
    this.#open ??= this.#inMemory ? this.#openAt(":memory:") : this.#openFile();
    return this.#open;
  }

  #drop(): void {
    // A handle whose file was moved or removed leaves the new file's -wal alone when it is closed: SQLite checks that.
    this.#open?.db.close();
    this.#open = undefined;
  }

  #openFile(): Open<T> {
    makePrivateDir(dirname(this.#path));
    if (versionAt(this.#path, this.#content.version) < this.#content.version) removeFile(this.#path);
    return this.#openAt(this.#path);
  }

  #openAt(path: string): Open<T> {
    const { db, inode } = path === ":memory:" ? { db: openDatabase(path), inode: 0 } : openInPlace(path);
    try {
      withRetry(() => db.exec(`${this.#pragmasOf(db)}; PRAGMA journal_mode = WAL`));
      transaction(db, () => requireSchema(db, this.#content));
      this.generation += 1;
      return { db, tables: this.#content.toTables(db), inode };
    } catch (error) {
      db.close();
      throw error;
    }
  }

  #pragmasOf(db: Database): string {
    const { birthPragmas = "", pragmas = "" } = this.#content;
    return `PRAGMA synchronous = NORMAL; ${userVersion(db) === 0 ? birthPragmas : ""}; ${pragmas}`;
  }

  /** Makes the next try possible. @returns False where another try would fail as well. */
  #mend(error: unknown, tries: number): boolean {
    if (this.#open && this.#open.inode !== 0 && statIfThere(this.#path)?.ino !== this.#open.inode) return true;
    if (error instanceof NewerFile) return this.#keepInMemory("it was written by a newer version", "Use that version, or remove the file.");
    if (isDamage(error)) return this.#setAside();
    if (isUnwritable(error)) {
      if (tries < mostRemovals && !this.#inMemory) return this.#comeBack();
      return this.#keepInMemory("it cannot be written", "Check its permissions and the free space of its disk.");
    }
    return hasSystemCode(error, "ENOENT");
  }

  /** While another process removes the file to make it anew, what lies beside it may be gone for a moment. */
  #comeBack(): true {
    this.#drop();
    sleepSync(removalMs);
    return true;
  }

  #keepInMemory(reason: string, whatToDo: string): boolean {
    if (this.#inMemory) return false;
    this.#drop();
    this.#inMemory = true;
    this.#options.onWarning(`${this.#path}: ${reason}; ${this.#content.title} is kept in memory. ${whatToDo}`);
    return true;
  }

  #setAside(): boolean {
    this.#drop();
    try {
      removeJournals(this.#path);
      const aside = moveAside(this.#path, this.#options.now());
      this.#options.onWarning(`${this.#path} could not be read: moved to ${aside}, rebuilt from the logs`);
    } catch (error) {
      // Another process was faster.
      if (!hasSystemCode(error, "ENOENT")) throw error;
    }
    return true;
  }
}

/** So often, with pauses of so many milliseconds, a file that cannot be used is tried again before it is given up. */
const mostRemovals = 3;
const removalMs = 10;

/** The file was written by a version of this program that knows more. */
class NewerFile extends Error {
  override readonly name = "NewerFile";
}

/** Version of the file's tables; `own` where there is no file or nothing in it, so that nothing has to be removed. */
function versionAt(path: string, own: number): number {
  if (!statIfThere(path)) return own;
  const db = openDatabase(path);
  try {
    return withRetry(() => userVersion(db)) || own;
  } finally {
    db.close();
  }
}

function isWrittenByNewer(path: string, own: number): boolean {
  try {
    return versionAt(path, own) > own;
  } catch (error) {
    if (isDamage(error)) return false;
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
  db.exec(schema);
  db.exec(`PRAGMA user_version = ${version}`);
}

/** Our statements are fixed, so one that SQLite calls wrong (code 1) stands before tables that are not ours. */
function isDamage(error: unknown): boolean {
  return error instanceof DamagedFile || error instanceof NotRegularFile || isCorrupt(error) || sqliteErrorCode(error) === 1;
}

function removeFile(path: string): void {
  removeJournals(path);
  rmSync(path, { force: true });
}

/** The journals go first: a new file that another process makes meanwhile must not lose its own. */
function removeJournals(path: string): void {
  rmSync(`${path}-wal`, { force: true });
  rmSync(`${path}-shm`, { force: true });
}
