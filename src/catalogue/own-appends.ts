import type { DerivedFile } from "../io/derived-file.js";
import { LullTimer } from "../io/lull-timer.js";
import type { LogAppend } from "../log/session-logs.js";
import { foldSessionId } from "../schema/session-id.js";
import { GrownLog } from "./grown-log.js";
import type { LogSync } from "./log-sync.js";
import { providerIdsIn } from "./session-facts.js";
import type { SessionTable } from "./session-table.js";

const delayMs = 50;
/** Writing takes at most one part of the time in so many, where what is appended never ends, and waits no longer than this. */
const parts = 20;
const longestDelayMs = 1000;
/** So many events are kept at most, and so many logs wait: an import appends faster than any timer fires. */
const mostEvents = 1000;
const mostLogs = 64;

export interface OwnAppendsOptions {
  onFlushed: () => void;
  /** Told of what goes wrong when nobody waits for the answer. */
  onError: (error: unknown) => void;
  now: () => number;
}

/** What this process appended and the catalogue has not taken in: folded from memory, without reading it back. */
export class OwnAppends {
  readonly #file: DerivedFile<SessionTable>;
  readonly #sync: LogSync;
  readonly #options: OwnAppendsOptions;
  readonly #pending = new Map<string, GrownLog>();
  /** Provider ids, folded, that what waits names. */
  readonly #named = new Set<string>();
  /** Events that are kept. */
  #events = 0;
  /** How long the last write took. */
  #tookMs = 0;
  readonly #timer = new LullTimer({ run: () => this.#flushUnasked(), latestMs: longestDelayMs });

  constructor(file: DerivedFile<SessionTable>, sync: LogSync, options: OwnAppendsOptions) {
    this.#file = file;
    this.#sync = sync;
    this.#options = options;
  }

  /** Takes an append, to be written after 50 ms, within a second where appends do not pause, or with the next `flush()`. */
  add(append: LogAppend): void {
    const key = foldSessionId(append.sessionId);
    const log = this.#pending.get(key) ?? new GrownLog(append);
    this.#pending.set(key, log);
    for (const event of append.events) for (const id of providerIdsIn(event)) this.#named.add(foldSessionId(id));
    this.#events += log.add(append);
    if (this.#events >= mostEvents || this.#pending.size >= mostLogs) this.#flushUnasked();
    else this.#timer.start(this.#delayMs());
    this.#timer.note();
  }

  /** Whether one append follows the other now. */
  get isBusy(): boolean {
    return this.#timer.isBusy;
  }

  /** As `flush`, where what waits names that provider id: an import asks so for each session, and its own appends seldom matter to the answer. */
  flushIfNamed(providerSessionId: string): void {
    if (this.#named.has(foldSessionId(providerSessionId))) this.flush();
  }

  /** Writes all that waits. @throws {CoreError} `LOCK_TIMEOUT`; what was not written still waits. */
  flush(): void {
    this.#timer.stop();
    if (this.#pending.size === 0) return;
    const startedMs = performance.now();
    const logs = [...this.#pending.values()];
    const left = this.#file.write((table) => logs.filter((log) => !this.#take(table, log)));
    this.#pending.clear();
    this.#named.clear();
    this.#events = 0;
    for (const { ref } of left) this.#sync.sync(ref);
    this.#tookMs = performance.now() - startedMs;
    this.#options.onFlushed();
  }

  /** Writes what waits, as far as that can be done; ends the timer. */
  close(): void {
    this.#flushUnasked();
    this.#timer.stop();
  }

  #delayMs(): number {
    return Math.min(longestDelayMs, Math.max(delayMs, this.#tookMs * (parts - 1)));
  }

  #flushUnasked(): void {
    try {
      this.flush();
    } catch (error) {
      // The logs hold it all: whoever looks next reads it from there.
      this.#options.onError(error);
    }
  }

  /** @returns False where the appends do not follow on what the catalogue holds of that log. */
  #take(table: SessionTable, log: GrownLog): boolean {
    const folded = log.foldOn(table.byId(log.ref.id));
    return folded === "known" || (folded !== undefined && table.save(folded, this.#options.now()));
  }
}
