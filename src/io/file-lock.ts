import { dirname, resolve, sep } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { CoreError } from "../errors.js";
import { makePrivateDir } from "./atomic-write.js";
import { LockConnection } from "./lock-connection.js";
import { NotRegularFile } from "./regular-file.js";
import { backOffMs, sleepSync } from "./retry.js";
import { statIfThere } from "./stat-if-there.js";
import { isBusy, sqliteErrorCode } from "./sqlite.js";

const defaultTimeoutMs = 5000;
const trustedMs = 20;
/** Each costs a descriptor and 130 KB, and a home with many projects has thousands of lock files. */
const mostConnections = 64;

/**
 * A lock between processes, and between the parts of one: `BEGIN IMMEDIATE` on an SQLite file that stays empty.
 * The kernel frees it when its holder dies. What runs under it is synchronous.
 * The file and its folder are made on first use; where they were removed meanwhile they are made anew.
 */
export class FileLock {
  readonly #path: string;
  #connection: LockConnection | undefined;
  /** When the file was last seen at its path. */
  #seenMs = 0;
  /** How many times the running call stack has it; -1 while `tryLock` holds it. */
  #depth = 0;
  /** Nobody has it, and it is given back once this turn is over. */
  #lingers = false;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Takes the lock where it is free, until `unlock`.
   * @returns Whether it was taken; false also where this object holds it already.
   * @throws {CoreError} `LOG_IO` where the file cannot be used.
   */
  tryLock(): boolean {
    if (this.#depth !== 0 || !this.#begin()) return false;
    this.#depth = -1;
    return true;
  }

  /** Whether this object holds the lock. */
  get isHeld(): boolean {
    return this.#depth !== 0;
  }

  /** Gives back what `tryLock` took; nothing where it holds nothing. */
  unlock(): void {
    if (this.#depth !== -1) return;
    this.#depth = 0;
    this.#connection?.end();
  }

  /**
   * Runs `fn` under the lock, blocking this thread until it is free. `fn` may take the same lock again.
   * @param options.timeoutMs 5,000 by default.
   * @throws {CoreError} `LOCK_TIMEOUT`, `LOG_IO`; what `fn` throws.
   */
  withLock<T>(fn: () => T, { timeoutMs = defaultTimeoutMs }: { timeoutMs?: number } = {}): T {
    const deadline = performance.now() + timeoutMs;
    for (let tries = 0; !this.#enter(); tries += 1) {
      if (performance.now() >= deadline) throw this.#timeout(timeoutMs);
      const waitMs = backOffMs(tries);
      if (waitMs > 0) sleepSync(waitMs);
    }
    return this.#run(fn);
  }

  /**
   * As `withLock`, without blocking this thread while it waits. `fn` is synchronous all the same. The lock is given back when what follows at once on
   * its result is done: who awaits an answer does not wait for that too.
   */
  async withLockAsync<T>(fn: () => T, { timeoutMs = defaultTimeoutMs }: { timeoutMs?: number } = {}): Promise<T> {
    const deadline = performance.now() + timeoutMs;
    for (let tries = 0; !this.#enter(); tries += 1) {
      if (performance.now() >= deadline) throw this.#timeout(timeoutMs);
      if (backOffMs(tries) > 0) await delay(1);
    }
    try {
      return fn();
    } finally {
      this.#depth -= 1;
      this.#lingers = this.#depth === 0;
      setImmediate(() => this.#endLingering());
    }
  }

  /** Frees the connection, and the lock where it is held. The next use opens it again. */
  close(): void {
    this.#depth = 0;
    this.#lingers = false;
    this.#connection?.close();
    this.#connection = undefined;
    connected.delete(this);
  }

  #enter(): boolean {
    if (this.#depth < 0 || (this.#depth === 0 && !this.#begin())) return false;
    this.#depth += 1;
    return true;
  }

  #run<T>(fn: () => T): T {
    try {
      return fn();
    } finally {
      this.#depth -= 1;
      if (this.#depth === 0) this.#connection?.end();
    }
  }

  #endLingering(): void {
    if (!this.#lingers) return;
    this.#lingers = false;
    this.#connection?.end();
  }

  #begin(): boolean {
    if (this.#lingers) {
      this.#lingers = false;
      return true;
    }
    for (;;) {
      try {
        this.#connection ??= this.#open();
        this.#connection.begin();
      } catch (error) {
        if (isBusy(error)) return false;
        throw this.#failure(error);
      }
      if (this.#isInPlace(this.#connection)) return true;
      this.close();
    }
  }

  /** A lock on a file that was removed, or replaced, locks nobody else out. Looked at now and then, for a stat each time would cost as much as a third of the lock. */
  #isInPlace({ inode }: LockConnection): boolean {
    const nowMs = performance.now();
    if (nowMs - this.#seenMs < trustedMs) return true;
    this.#seenMs = nowMs;
    return statIfThere(this.#path)?.ino === inode;
  }

  #open(): LockConnection {
    makePrivateDir(dirname(this.#path));
    const connection = new LockConnection(this.#path);
    this.#seenMs = performance.now();
    connected.add(this);
    closeOldest(this);
    return connection;
  }

  #failure(error: unknown): unknown {
    if (error instanceof CoreError) return error;
    if (error instanceof NotRegularFile) return new CoreError("LOG_IO", `Cannot lock "${this.#path}": ${error.kind} stands there. Remove it.`, { cause: error });
    if (sqliteErrorCode(error) === undefined && !(error instanceof Error && "syscall" in error)) return error;
    return new CoreError("LOG_IO", `Cannot lock "${this.#path}": the file cannot be used. Check its permissions, the free space of its disk, and the limit of open files (ulimit -n).`, { cause: error });
  }

  #timeout(timeoutMs: number): CoreError {
    return new CoreError("LOCK_TIMEOUT", `Cannot lock "${this.#path}": others held it for ${timeoutMs} ms. Try again.`);
  }
}

/** Locks with an open connection, the one opened first standing first. */
const connected = new Set<FileLock>();

/** Frees connections until few are left; not those of locks that are held, nor `wanted`. */
function closeOldest(wanted: FileLock): void {
  for (const lock of connected) {
    if (connected.size <= mostConnections) return;
    if (lock !== wanted && !lock.isHeld) lock.close();
  }
}

const locks = new Map<string, FileLock>();

/** The one lock of this process for that file. */
export function fileLock(path: string): FileLock {
  const key = resolve(path);
  let lock = locks.get(key);
  if (!lock) locks.set(key, (lock = new FileLock(key)));
  return lock;
}

/** Frees the connections of all locks of this process that lie in `dir` or below, but for those that are held. */
export function closeFileLocks(dir: string): void {
  const prefix = resolve(dir) + sep;
  for (const [path, lock] of locks) {
    if (!path.startsWith(prefix) || lock.isHeld) continue;
    lock.close();
    locks.delete(path);
  }
}
