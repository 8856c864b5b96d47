import { basename } from "node:path";
import type { DerivedFile } from "../io/derived-file.js";
import { linesForward } from "../io/lines.js";
import { statIfThere } from "../io/stat-if-there.js";
import type { LogRef } from "../log/log-place.js";
import type { LogAppend } from "../log/session-logs.js";
import { foldSessionId } from "../schema/session-id.js";
import { LogFold } from "./log-fold.js";
import type { LogSync } from "./log-sync.js";
import { providerIdsIn } from "./session-facts.js";
import type { SessionRow } from "./session-rows.js";
import type { FoldedLog, SessionTable } from "./session-table.js";

const delayMs = 50;
/** So many events wait at most: an import appends faster than any timer fires. */
const mostEvents = 1000;
/** In a longer append the places of lines are worth a look at its bytes. */
const longAppend = 256;

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
  #pending = new Map<string, LogAppend[]>();
  /** Provider ids, folded, that what waits names. */
  readonly #named = new Set<string>();
  #events = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(file: DerivedFile<SessionTable>, sync: LogSync, options: OwnAppendsOptions) {
    this.#file = file;
    this.#sync = sync;
    this.#options = options;
  }

  /** Takes an append, to be written within 50 ms or with the next `flush()`. */
  add(append: LogAppend): void {
    const key = foldSessionId(append.sessionId);
    const waiting = this.#pending.get(key);
    if (waiting) waiting.push(append);
    else this.#pending.set(key, [append]);
    for (const event of append.events) for (const id of providerIdsIn(event)) this.#named.add(foldSessionId(id));
    this.#events += append.events.length;
    if (this.#events >= mostEvents) this.#flushUnasked();
    else this.#timer ??= setTimeout(() => this.#flushUnasked(), delayMs).unref();
  }

  /** As `flush`, where what waits names that provider id: an import asks so for each session, and its own appends seldom matter to the answer. */
  flushIfNamed(providerSessionId: string): void {
    if (this.#named.has(foldSessionId(providerSessionId))) this.flush();
  }

  /** Writes all that waits. @throws {CoreError} `LOCK_TIMEOUT`; what was not written still waits. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending.size === 0) return;
    const batches = [...this.#pending.values()];
    const left = this.#file.write((table) => batches.filter((batch) => !this.#take(table, batch)));
    this.#pending.clear();
    this.#named.clear();
    this.#events = 0;
    for (const [first] of left) if (first) this.#sync.sync(refOfAppend(first));
    this.#options.onFlushed();
  }

  /** Writes what waits, as far as that can be done; ends the timer. */
  close(): void {
    this.#flushUnasked();
    clearTimeout(this.#timer);
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
  #take(table: SessionTable, batch: readonly LogAppend[]): boolean {
    const [first] = batch;
    if (!first) return true;
    const base = table.byId(first.sessionId);
    const folded = foldAppends(base, batch);
    return folded === "known" || (folded !== undefined && table.save(folded, this.#options.now()));
  }
}

function foldAppends(base: SessionRow | undefined, batch: readonly LogAppend[]): FoldedLog | "known" | undefined {
  const known = base?.indexedBytes ?? 0;
  const news = batch.filter((append) => append.toByte > known);
  const [first] = news;
  if (!first) return "known";
  const stats = statIfThere(first.logPath);
  if (!stats || (base && (base.inode !== stats.ino || base.logsDir !== first.logsDir))) return undefined;
  const fold = new LogFold(base);
  let indexedBytes = known;
  for (const append of news) {
    if (append.fromByte !== indexedBytes) return undefined;
    takeAppend(fold, append);
    indexedBytes = append.toByte;
  }
  if (!fold.state) return undefined;
  return {
    ...refOfAppend(first),
    base,
    fromStart: false,
    indexedBytes,
    // Only what was taken in was looked at: a file that is longer than this is looked at again.
    sizeBytes: indexedBytes,
    inode: stats.ino,
    mtimeMs: stats.size === indexedBytes ? stats.mtimeMs : 0,
    mark: base?.mark ?? "",
    markBytes: base?.markBytes ?? 0,
    state: fold.state,
    facts: fold.facts,
    stats: fold.stats.sums(),
    offsets: fold.offsets,
  };
}

function takeAppend(fold: LogFold, append: LogAppend): void {
  if (append.events.length <= longAppend) {
    append.events.forEach((event, nth) => fold.take(event, nth === 0 ? append.fromByte : undefined));
    return;
  }
  const lines = linesForward(append.logPath, { fromByte: append.fromByte, toByte: append.toByte });
  for (const event of append.events) {
    const line = lines.next();
    fold.take(event, line.done ? undefined : line.value.offsetBytes);
  }
  lines.return(undefined);
}

function refOfAppend({ logPath, logsDir }: LogAppend): LogRef {
  return { id: basename(logPath, ".jsonl"), logsDir, path: logPath };
}
