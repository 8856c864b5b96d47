import { CoreError } from "../errors.js";
import type { FileLock } from "../io/file-lock.js";
import { statIfThere } from "../io/stat-if-there.js";
import type { EventDraft, LogCompleteness } from "../schema/event.js";
import { planAppend } from "./append-plan.js";
import type { AppendOptions, AppendResult } from "./append-result.js";
import { appendAsked, AppendQueue, type AskedAppend } from "./append-queue.js";
import { lesserCompleteness } from "./completeness.js";
import { encodeLines, toEvent, toLine } from "./event-line.js";
import { LogBytes, type NewLines } from "./log-bytes.js";
import { logIoError } from "./log-io-error.js";
import { logLock } from "./log-lock.js";
import { LogScan } from "./log-scan.js";
import type { LogSummary } from "./log-summary.js";

/*
 * <logs>/sessions/<session id>.jsonl, UTF-8, one event a line, each line closed by \n:
 *   {"seq":1,"ts":"2026-01-05T10:11:12.123Z","provider":"acme","wrapper_session_id":"…","provider_session_id":null,
 *    "source_kind":"wrapper","completeness":"full","type":"user_message","role":"user","content":"…","message_id":null,"key":"…"}
 * head, type, the kind's fields, our own fields (see schema/event.ts). Lines are only ever appended, under the log's lock
 * (see log-lock.ts); only half a line that a killed writer left is cut off. Blank and broken lines are passed over by readers.
 */

/** Whose log it is. What is null or absent stays as the log says. */
export interface LogIdentity {
  provider: string | null;
  sessionId: string;
  providerSessionId: string | null;
  completeness?: LogCompleteness;
}

export interface LogFileOptions {
  /** Seq of the first event of an empty log; 1 by default. */
  firstSeq?: 0 | 1;
  /** Appends end only when their bytes are on disk. */
  durable?: boolean;
  /** Milliseconds since the epoch. */
  now?: () => number;
  /** Makes the log where it is missing when it is opened; true by default. */
  make?: boolean;
  /** Makes a log anew that was removed while it was open; true by default. Else appends to it end in `SESSION_NOT_FOUND`. */
  remake?: boolean;
}

/** One log, open for appending. Any number of these, in any number of processes, may have the same log open. */
export class LogFile {
  readonly path: string;
  readonly #identity: LogIdentity;
  readonly #lock: FileLock;
  readonly #firstSeq: number;
  readonly #durable: boolean;
  readonly #now: () => number;
  readonly #remake: boolean;
  #bytes: LogBytes;
  #ownProviderSessionId: string | null | undefined;
  #lowered: LogCompleteness;
  readonly #queue = new AppendQueue((asked) => void this.#appendAsked(asked));
  #appending = 0;
  #isClosed = false;

  private constructor(path: string, identity: LogIdentity, options: LogFileOptions) {
    this.path = path;
    this.#identity = identity;
    this.#lock = logLock(path);
    this.#firstSeq = options.firstSeq ?? 1;
    this.#durable = options.durable ?? false;
    this.#now = options.now ?? Date.now;
    this.#ownProviderSessionId = identity.providerSessionId ?? undefined;
    this.#lowered = identity.completeness ?? "full";
    this.#remake = options.remake ?? true;
    this.#bytes = new LogBytes(path, { make: options.make ?? true });
  }

  /**
   * Opens a log, making file and folders where they are missing (unless `make` is false), and closes off half a line that a killed writer left.
   * Reads the file once; no lock is taken unless there is something to close off.
   * @throws {CoreError} `LOG_IO`, `LOCK_TIMEOUT`.
   */
  static open(path: string, identity: LogIdentity, options: LogFileOptions = {}): LogFile {
    try {
      const log = new LogFile(path, identity, options);
      if (log.#bytes.isTorn) log.#lock.withLock(() => log.#settle());
      return log;
    } catch (error) {
      throw logIoError(`Cannot open log "${path}"`, error);
    }
  }

  /** Whether an `appendAsync` is under way. */
  get isBusy(): boolean {
    return this.#appending > 0;
  }

  /** What the log says now, with what others appended. */
  summary(): LogSummary {
    this.#requireOpen();
    return this.#summaryOf(this.#scanNow());
  }

  /** Id that lines have from now on, whatever the log says. */
  setProviderSessionId(providerSessionId: string | null): void {
    this.#requireOpen();
    this.#ownProviderSessionId = providerSessionId;
  }

  /** Completeness that lines have from now on, where it promises less than before. */
  lowerCompleteness(completeness: LogCompleteness): void {
    this.#requireOpen();
    this.#lowered = lesserCompleteness(this.#lowered, completeness);
  }

  /** Whether an event of the log has that `origin`. The first call reads the log. */
  holdsOrigin(origin: string): boolean {
    this.#requireOpen();
    if (this.#scanNow() !== this.#bytes.scan) return false;
    return this.#bytes.loadKeys("origins").has(origin);
  }

  /**
   * Appends all drafts in one write, or none, but for those whose `key` or `origin` the log holds; blocks this thread while others have the lock.
   * @throws {CoreError} `EVENT_TOO_LARGE`, `LOCK_TIMEOUT`, `LOG_IO` with the system error as `cause`, `LOG_CLOSED`; what `guard` throws.
   */
  append(drafts: readonly EventDraft[], options: AppendOptions = {}): AppendResult {
    this.#requireOpen();
    this.#queue.release();
    const result = this.#lock.withLock(() => this.#appendLocked(chosen(drafts, options), drafts.length));
    if (this.#durable && result.events.length > 0) this.#confirm(result, () => this.#bytes.syncNow());
    return result;
  }

  /** As `append`, without blocking this thread while it waits for the lock, or for the disk. Those that are asked for in one turn take the lock once. */
  async appendAsync(drafts: readonly EventDraft[], options: AppendOptions = {}): Promise<AppendResult> {
    this.#requireOpen();
    this.#appending += 1;
    try {
      const result = await this.#queue.add(drafts, options);
      if (this.#durable && result.events.length > 0) await this.#bytes.sync().catch((error: unknown) => this.#notConfirmed(result, error));
      return result;
    } finally {
      this.#appending -= 1;
      if (this.#isClosed && this.#appending === 0) this.#bytes.close();
    }
  }

  /** Closes the file. Every later call but `close` throws `LOG_CLOSED`, and so do appends that still wait for the lock; what was written is confirmed. */
  close(): void {
    if (this.#isClosed) return;
    this.#queue.release();
    this.#isClosed = true;
    if (this.#appending === 0) this.#bytes.close();
  }

  async #appendAsked(asked: readonly AskedAppend[]): Promise<void> {
    try {
      await this.#lock.withLockAsync(() => {
        this.#requireOpen();
        appendAsked(asked, { append: (choose, count) => this.#appendLocked(choose, count), isUntouched: () => !this.#bytes.isTorn });
      });
    } catch (error) {
      // No lock, or a log that was closed meanwhile: nothing was written for any of them.
      for (const { reject } of asked) reject(error);
    }
  }

  #appendLocked(choose: (summary: LogSummary) => readonly EventDraft[], asked: number): AppendResult {
    try {
      this.#settle();
      const summary = this.#summaryOf(this.#bytes.scan);
      return this.#write(choose(summary), summary);
    } catch (error) {
      throw logIoError(`Cannot append to log "${this.path}": 0 of ${asked} events were written`, error);
    }
  }

  #write(drafts: readonly EventDraft[], summary: LogSummary): AppendResult {
    const keys = drafts.some(({ extras }) => extras?.key !== undefined) ? this.#bytes.loadKeys("keys") : undefined;
    const origins = drafts.some(({ extras }) => extras?.origin !== undefined) ? this.#bytes.loadKeys("origins") : undefined;
    const { nextSeq, sizeBytes } = summary;
    const { fresh, seqs } = planAppend(drafts, { keys, origins }, nextSeq);
    const lines = this.#toLines(fresh, summary);
    const { fromByte, toByte } = fresh.length === 0 ? { fromByte: sizeBytes, toByte: sizeBytes } : this.#bytes.write(lines);
    return { events: lines.events, seqs, repeated: drafts.length - fresh.length, fromByte, toByte, starts: lines.starts };
  }

  #toLines(drafts: readonly EventDraft[], { provider, providerSessionId, completeness, nextSeq }: LogSummary): NewLines {
    const identity = { provider, wrapper_session_id: this.#identity.sessionId, provider_session_id: providerSessionId, completeness };
    const nowMs = this.#now();
    const made = drafts.map((draft, at) => toLine(toEvent(draft, identity, { seq: nextSeq + at, nowMs })));
    const { text, starts } = encodeLines(made.map(({ line }) => line));
    return { events: made.map(({ event }) => event), text, starts };
  }

  /** Takes in what others wrote, and ends the file in a newline. Under the lock. */
  #settle(): void {
    this.#refresh();
    this.#bytes.repair((warning) => this.#toLines([warning], this.#summaryOf(this.#bytes.scan)));
  }

  /** For reading: a log that is gone is empty, and is not made anew. */
  #scanNow(): LogScan {
    if (!statIfThere(this.path)) return new LogScan();
    this.#refresh();
    return this.#bytes.scan;
  }

  #refresh(): void {
    if (this.#bytes.refresh()) return;
    const gone = this.#bytes;
    if (!this.#remake && !statIfThere(this.path)) throw new CoreError("SESSION_NOT_FOUND", `Session ${this.#identity.sessionId} has no log any more: it was removed. Start a new session.`);
    this.#bytes = new LogBytes(this.path, { make: this.#remake });
    gone.close();
  }

  #summaryOf(scan: LogScan): LogSummary {
    return {
      provider: this.#identity.provider ?? scan.provider ?? "unknown",
      providerSessionId: this.#ownProviderSessionId === undefined ? scan.providerSessionId : this.#ownProviderSessionId,
      completeness: lesserCompleteness(scan.completeness ?? "full", this.#lowered),
      ended: scan.end ? (scan.end.synthetic ? "synthetic" : "yes") : "no",
      endedAt: scan.end?.ts ?? null,
      startedByProvider: scan.startedByProvider,
      nextSeq: scan.maxSeq < 0 ? this.#firstSeq : scan.maxSeq + 1,
      lastSeq: scan.maxSeq,
      sizeBytes: scan.sizeBytes,
    };
  }

  #confirm(result: AppendResult, sync: () => void): void {
    try {
      sync();
    } catch (error) {
      this.#notConfirmed(result, error);
    }
  }

  #notConfirmed(result: AppendResult, error: unknown): never {
    throw logIoError(`Cannot confirm on disk what was appended to log "${this.path}": ${result.events.length} events were written`, error);
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new CoreError("LOG_CLOSED", `Cannot use log "${this.path}": state is closed, must be open`);
  }
}

function chosen(drafts: readonly EventDraft[], { guard }: AppendOptions): (summary: LogSummary) => readonly EventDraft[] {
  return (summary) => {
    guard?.(summary);
    return drafts;
  };
}
