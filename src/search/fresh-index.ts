import { basename } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { CoreError } from "../errors.js";
import type { DerivedFile } from "../io/derived-file.js";
import type { Prepared } from "../io/prepared.js";
import type { Home } from "../log/home.js";
import type { LogRef } from "../log/log-place.js";
import { LogSweep } from "../log/log-sweep.js";
import type { SessionLogs } from "../log/session-logs.js";
import { SweepSchedule } from "../log/sweep-schedule.js";
import { Builder } from "./builder.js";
import { Indexer, type WrittenLog } from "./indexer.js";
import type { Precedence } from "./precedence.js";
import { SearchLogs } from "./search-logs.js";

/** How long an answer waits until all logs are known, where they are not. */
const firstSweepMs = 1000;

const lookAgainMs = 50;

export interface FreshIndexOptions {
  home: Home;
  logs: Pick<SessionLogs, "onAppend">;
  onWarning: (message: string) => void;
  /** Building what is much stands back behind these answers. */
  precedence: Precedence;
  now: () => number;
}

/** Keeps the index up to the logs: before each answer what is fresh, in the background what is much. */
export class FreshIndex {
  readonly #onWarning: (message: string) => void;
  readonly #known: SearchLogs;
  readonly #sweep: LogSweep;
  readonly #schedule: SweepSchedule;
  readonly #indexer: Indexer;
  readonly #builder: Builder;
  /** Logs that this process wrote and that are not known to be taken in so far, by path. */
  readonly #written = new Map<string, LogRef & WrittenLog>();
  readonly #stopListening: () => void;
  /** Who only writes, as an import from the command line, builds nothing that nobody asked for: the next who asks reads it from the logs. */
  #isAsked = false;
  /** The same trouble is told once. */
  #lastReport: string | undefined;

  constructor(file: DerivedFile<Prepared>, options: FreshIndexOptions) {
    const { home, logs, onWarning, precedence, now } = options;
    this.#onWarning = onWarning;
    this.#known = new SearchLogs(file, { now });
    this.#sweep = new LogSweep(home, this.#known);
    this.#schedule = new SweepSchedule(this.#known, this.#sweep);
    this.#indexer = new Indexer(file, { onWarning });
    this.#builder = new Builder(file, this.#indexer, { look: () => this.#lookAtWritten(), onError: (error) => this.#report(error), precedence, now });
    this.#stopListening = logs.onAppend(({ logPath, logsDir, toByte }) => {
      // The one written last stands last.
      this.#written.delete(logPath);
      this.#written.set(logPath, { id: basename(logPath, ".jsonl"), logsDir, path: logPath, toByte });
      if (this.#isAsked) this.#builder.appended();
    });
  }

  /** Takes in all logs in the background. Resolves when all are known. */
  async ready(): Promise<void> {
    this.#isAsked = true;
    await this.#schedule.inBackground();
    this.#builder.soon({ now: true });
  }

  /** Resolves when all that was in the logs is taken in, by whichever process, or once `signal` is aborted. */
  async whole(signal?: AbortSignal): Promise<void> {
    while (!this.state().complete) {
      if (signal?.aborted) return;
      if (!this.#schedule.isComplete()) await this.#schedule.inBackground();
      this.#builder.soon({ now: true });
      await delay(lookAgainMs);
    }
  }

  /** Bytes of logs that are taken in, of all that are known. */
  progress(): { done: number; total: number } {
    const total = this.#known.bytes();
    return { done: total - this.#indexer.pendingBytes(), total };
  }

  /** Takes in what was appended until now, as far as that is not too much for an answer; the rest goes on in the background. */
  async refresh(): Promise<void> {
    this.#isAsked = true;
    if (!this.#schedule.isComplete()) await this.#waitForSweep();
    if (this.#schedule.isComplete()) {
      this.#sweep.lookAround();
      if (this.#schedule.runIfDue()) this.#schedule.inBackground().catch((error: unknown) => this.#report(error));
    }
    this.#takeInWritten();
    if (this.#indexer.pendingBytes() > 0) this.#builder.soon({ now: true });
  }

  /** What an answer is worth. */
  state(): { complete: boolean; pendingBytes: number } {
    const pendingBytes = this.#indexer.pendingBytes();
    return { complete: pendingBytes === 0 && this.#schedule.isComplete(), pendingBytes };
  }

  /** Has a log read again that turned out to be another than the index knows. @param idKey Folded id of its session. */
  mistrust(idKey: string): void {
    this.#known.mistrust(idKey);
  }

  close(): void {
    this.#stopListening();
    this.#builder.close();
    this.#schedule.close();
  }

  #takeInWritten(): void {
    this.#lookAtWritten();
    const left = new Set(this.#indexer.beforeAnswer([...this.#written.values()].reverse()));
    for (const [path, log] of this.#written) if (!left.has(log)) this.#written.delete(path);
  }

  #lookAtWritten(): void {
    for (const [path, log] of this.#written) {
      if ((this.#known.byId(log.id)?.indexedBytes ?? 0) >= log.toByte) this.#written.delete(path);
      else this.#sweep.lookAt(log);
    }
  }

  async #waitForSweep(): Promise<void> {
    const enough = new AbortController();
    const swept = this.#schedule.inBackground().catch((error: unknown) => this.#report(error));
    await Promise.race([swept, delay(firstSweepMs, undefined, { signal: enough.signal }).catch(passOverAbort)]);
    enough.abort();
  }

  #report(error: unknown): void {
    if (error instanceof CoreError && error.code === "LOG_CLOSED") return;
    const text = `The search index could not be updated: ${error instanceof Error ? error.message : typeof error}`;
    if (text === this.#lastReport) return;
    this.#lastReport = text;
    this.#onWarning(text);
  }
}

function passOverAbort(error: unknown): void {
  if (!(error instanceof Error && error.name === "AbortError")) throw error;
}
