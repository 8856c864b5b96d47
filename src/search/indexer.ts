import { hasSystemCode } from "../errors.js";
import type { DerivedFile } from "../io/derived-file.js";
import type { Prepared } from "../io/prepared.js";
import { refOf } from "../log/log-place.js";
import { readRows, type LogRows } from "./log-rows.js";
import { mergeSegments } from "./merge-segments.js";
import { saveRows } from "./save-rows.js";
import { sessionById, toSessionRow, type SessionRow } from "./session-rows.js";
import { TextBytes } from "./text-bytes.js";

/** So many bytes of logs are read between two writes: about 50 ms, in which nothing else of this process runs. */
const batchBytes = 4_000_000;
/** So much an answer takes in before it is given. */
const answerBytes = 8_000_000;
/** Where more than that is pending somebody else builds the index, or this process does between answers: only what is short is worth a wait. */
const shortBytes = 65_536;
const mostShort = 16;
const mostLogsPerBatch = 256;
/** About 20 ms of tidying up, in which nothing else of this process runs. */
const pagesPerTidying = 512;
/** So many free pages, and so great a part of the file, are left for what comes next. */
const fewPages = 16;
const partLeftFree = 1 / 1024;

/** A log that this process wrote, and how far: what stands before `toByte` shall be in the next answer. */
export interface WrittenLog {
  id: string;
  toByte: number;
}

/** Others may take in the same at the same time: then it is tried again. */
const mostConflicts = 20;

/** Takes in what logs have more than the index knows. */
export class Indexer {
  readonly #file: DerivedFile<Prepared>;
  readonly #onWarning: (message: string) => void;
  readonly #unreadable = new Set<string>();

  constructor(file: DerivedFile<Prepared>, options: { onWarning: (message: string) => void }) {
    this.#file = file;
    this.#onWarning = options.onWarning;
  }

  /** Bytes of all logs that are known to be still to take in. */
  pendingBytes(): number {
    return this.#file.use((table) => table.number("SELECT SUM(pending_bytes) FROM sessions WHERE pending_bytes > 0"));
  }

  /** Takes in about 4 MB of what is pending, the session that began last first: so rows are in the order of time, or nearly. @returns False where nothing was. */
  step(): boolean {
    const sql = "SELECT * FROM sessions WHERE pending_bytes > 0 ORDER BY began_ms DESC LIMIT ?";
    const pending = this.#file.use((table) => table.all(sql, mostLogsPerBatch).map(toSessionRow));
    return this.#take(pending) > 0;
  }

  /**
   * Takes in what an answer shall not be without: first what this process wrote, then all, or where that is too much what is short.
   * @param written The more important first. @returns What is still to come of it.
   */
  beforeAnswer(written: readonly WrittenLog[]): WrittenLog[] {
    const left = this.#takeWritten(written);
    const pendingBytes = this.pendingBytes();
    if (pendingBytes > answerBytes) this.#takeShort();
    else if (pendingBytes > 0) for (let tries = 0; tries < mostConflicts && this.step(); tries += 1);
    return left;
  }

  /** Merges some of what is written apart, then gives back some of what that left free. @returns False where there is nothing left to do. */
  tidy(): boolean {
    return this.#merge() || this.#giveBackSpace();
  }

  #merge(): boolean {
    return this.#file.write((table) => mergeSegments(table, pagesPerTidying));
  }

  #giveBackSpace(): boolean {
    const tooMany = (): number =>
      this.#file.use((table) => table.number("PRAGMA freelist_count") - Math.max(fewPages, table.number("PRAGMA page_count") * partLeftFree));
    const pages = Math.min(pagesPerTidying, Math.floor(tooMany()));
    if (pages <= 0) return false;
    this.#file.write((table) => table.all(`PRAGMA incremental_vacuum(${pages})`));
    return tooMany() >= 1;
  }

  #takeWritten(written: readonly WrittenLog[]): WrittenLog[] {
    let leftBytes = answerBytes;
    return written.filter((log) => {
      for (let tries = 0; tries < mostConflicts; tries += 1) {
        const row = this.#file.use((table) => sessionById(table, log.id));
        // A log that is shorter than what was written is another one by now.
        if (!row || row.indexedBytes >= log.toByte || (tries > 0 && row.sizeBytes < log.toByte)) return false;
        if (leftBytes <= 0) return true;
        leftBytes -= this.#take([row]);
      }
      return true;
    });
  }

  #takeShort(): void {
    const sql = "SELECT * FROM sessions WHERE pending_bytes BETWEEN 1 AND ? ORDER BY mtime_ms DESC LIMIT ?";
    const short = this.#file.use((table) => table.all(sql, shortBytes, mostShort).map(toSessionRow));
    this.#take(short);
  }

  /** @returns Bytes taken in of these logs, at most about 4 MB; at least 1 where any of them was looked into. */
  #take(pending: readonly SessionRow[]): number {
    const read: LogRows[] = [];
    const textBytes = new TextBytes();
    let bytes = 0;
    for (const row of pending) {
      if (bytes >= batchBytes) break;
      const rows = this.#read(row, { mostBytes: batchBytes - bytes, textBytes });
      if (rows) read.push(rows);
      bytes += Math.max(1, rows ? rows.indexedBytes - (rows.fromStart ? 0 : row.indexedBytes) : 0);
    }
    // What another process took in meanwhile is no longer pending.
    if (read.length > 0) this.#file.write((table) => saveRows(table, read));
    return bytes;
  }

  #read(row: SessionRow, options: { mostBytes: number; textBytes: TextBytes }): LogRows | undefined {
    try {
      const rows = readRows(row, options);
      if (!rows) this.#passOver(row);
      return rows;
    } catch (error) {
      if (!hasSystemCode(error, "EACCES", "EPERM", "EIO", "EISDIR")) throw error;
      const { path } = refOf(row);
      if (!this.#unreadable.has(path)) this.#onWarning(`${path} cannot be read: it is left out of searches`);
      this.#unreadable.add(path);
      this.#passOver(row);
      return undefined;
    }
  }

  /** Not asked for again until the file changes or the sweep finds it gone. */
  #passOver(row: SessionRow): void {
    this.#file.write((table) => table.run("UPDATE sessions SET pending_bytes = 0 WHERE n = ?", row.n));
  }
}
