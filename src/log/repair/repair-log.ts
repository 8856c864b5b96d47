import { randomBytes } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, rmSync, writeSync } from "node:fs";
import { basename } from "node:path";
import { CoreError } from "../../errors.js";
import { renameOver } from "../../io/atomic-write.js";
import { lineChunks, readFully, splitLines } from "../../io/lines.js";
import { copyAside } from "../../io/moved-aside.js";
import { openRegular } from "../../io/regular-file.js";
import { statIfThere } from "../../io/stat-if-there.js";
import { encodeLines } from "../event-line.js";
import { LogFile } from "../log-file.js";
import { logIoError } from "../log-io-error.js";
import { logLock } from "../log-lock.js";
import { RepairedLines, type RepairedCounts } from "./repaired-lines.js";

export interface RepairedLog extends RepairedCounts {
  /** Where the log lies as it was. */
  backupPath: string;
}

/** Closes off half a line at the end of a log. What could be read of it stays; what could not, a warning tells. @throws {CoreError} `LOG_IO`, `LOCK_TIMEOUT`. */
export function repairTail(path: string): void {
  LogFile.open(path, { provider: null, sessionId: basename(path, ".jsonl"), providerSessionId: null }).close();
}

/**
 * Writes a log anew with lines that can be read, are numbered without gaps and stand once (`dropsDoubled`). The file as it was is kept beside it.
 * Writers wait only while what was appended meanwhile is carried over, and the copy is made.
 * @throws {CoreError} `LOG_IO`, `LOCK_TIMEOUT`; then the log is as it was.
 */
export function repairLog(path: string, nowMs: number, options: { dropsDoubled: boolean }): RepairedLog {
  repairTail(path);
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  const rewrite = new Rewrite(path, temporary, options);
  try {
    rewrite.carry();
    return logLock(path).withLock(() => rewrite.finish(nowMs));
  } catch (error) {
    throw logIoError(`Cannot repair log "${path}"`, error);
  } finally {
    rewrite.close();
    rmSync(temporary, { force: true });
  }
}

class Rewrite {
  readonly #path: string;
  readonly #temporary: string;
  readonly #from: number;
  readonly #to: number;
  readonly #lines: RepairedLines;
  #readBytes = 0;

  constructor(path: string, temporary: string, options: { dropsDoubled: boolean }) {
    this.#path = path;
    this.#temporary = temporary;
    this.#from = openRegular(path);
    this.#to = openSync(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    this.#lines = new RepairedLines(basename(path, ".jsonl"), options);
  }

  /** Carries over the whole lines that were not read yet. */
  carry(): void {
    for (const { offsetBytes, bytes } of lineChunks(this.#from, { fromByte: this.#readBytes, reuse: true })) {
      this.#write(splitLines(bytes).lines.flatMap(({ start, end }) => this.#lines.take(bytes.subarray(start, end))));
      this.#readBytes = offsetBytes + bytes.length;
    }
  }

  /** Under the log's lock: the rest, the copy, and the new file in the place of the old one. */
  finish(nowMs: number): RepairedLog {
    const { ino, size } = fstatSync(this.#from);
    if (statIfThere(this.#path)?.ino !== ino) throw new CoreError("LOG_IO", `Cannot repair log "${this.#path}": it was replaced meanwhile. Try again.`);
    this.carry();
    // Half a line that somebody left since: what of it can be read stays.
    const rest = Buffer.alloc(size - this.#readBytes);
    this.#write(this.#lines.take(rest.subarray(0, readFully(this.#from, rest, this.#readBytes))));
    this.#write(this.#lines.end());
    const backupPath = copyAside(this.#path, nowMs);
    renameOver(this.#temporary, this.#path);
    return { ...this.#lines.counts, backupPath };
  }

  close(): void {
    closeSync(this.#from);
    closeSync(this.#to);
  }

  #write(lines: readonly string[]): void {
    const { text: bytes } = encodeLines(lines);
    for (let written = 0; written < bytes.length; ) written += writeSync(this.#to, bytes, written);
  }
}
