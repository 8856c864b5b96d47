import { basename } from "node:path";
import { statIfThere } from "../io/stat-if-there.js";
import type { LogRef } from "../log/log-place.js";
import type { LogAppend } from "../log/session-logs.js";
import { LogFold } from "./log-fold.js";
import type { SessionRow } from "./session-rows.js";
import type { FoldedLog } from "./session-table.js";

/**
 * What this process appended to one log and the catalogue has not taken in. What begins with the log's first line is folded as it comes:
 * an import writes whole logs, and their events are not kept. Other appends wait for the row that they are folded on.
 */
export class GrownLog {
  readonly ref: LogRef;
  readonly #kept: LogAppend[] = [];
  readonly #fold: LogFold | undefined;
  #toByte: number;

  /** @param first The first append that is to be added. */
  constructor({ logPath, logsDir, fromByte }: Pick<LogAppend, "logPath" | "logsDir" | "fromByte">) {
    this.ref = { id: basename(logPath, ".jsonl"), logsDir, path: logPath };
    this.#fold = fromByte === 0 ? new LogFold(undefined) : undefined;
    this.#toByte = fromByte;
  }

  /** @returns How many events are kept because of it. */
  add(append: LogAppend): number {
    if (this.#fold && append.fromByte === this.#toByte) {
      takeAppend(this.#fold, append);
      this.#toByte = append.toByte;
      return 0;
    }
    this.#kept.push(append);
    return append.events.length;
  }

  /** @returns `known` where the catalogue holds it; undefined where it does not follow on what the catalogue holds. */
  foldOn(base: SessionRow | undefined): FoldedLog | "known" | undefined {
    const known = base?.indexedBytes ?? 0;
    if (Math.max(this.#toByte, ...this.#kept.map(({ toByte }) => toByte)) <= known) return "known";
    const stats = statIfThere(this.ref.path);
    if (!stats || (base && (base.inode !== stats.ino || base.logsDir !== this.ref.logsDir))) return undefined;
    const grown = this.#fold ? this.#whole(base) : this.#grownFrom(base, known);
    const state = grown?.fold.state;
    if (!grown || !state) return undefined;
    const { fold, toByte } = grown;
    return {
      ...this.ref,
      base,
      fromStart: false,
      indexedBytes: toByte,
      // Only what was taken in was looked at: a file that is longer than this is looked at again.
      sizeBytes: toByte,
      inode: stats.ino,
      mtimeMs: stats.size === toByte ? stats.mtimeMs : 0,
      mark: base?.mark ?? "",
      markBytes: base?.markBytes ?? 0,
      state,
      facts: fold.facts,
      stats: fold.stats.sums(),
      offsets: fold.offsets,
    };
  }

  #whole(base: SessionRow | undefined): { fold: LogFold; toByte: number } | undefined {
    return this.#fold && !base && this.#kept.length === 0 ? { fold: this.#fold, toByte: this.#toByte } : undefined;
  }

  #grownFrom(base: SessionRow | undefined, known: number): { fold: LogFold; toByte: number } | undefined {
    const fold = new LogFold(base);
    let toByte = known;
    for (const append of this.#kept.filter((one) => one.toByte > known)) {
      if (append.fromByte !== toByte) return undefined;
      takeAppend(fold, append);
      toByte = append.toByte;
    }
    return { fold, toByte };
  }
}

function takeAppend(fold: LogFold, { events, fromByte, starts }: LogAppend): void {
  events.forEach((event, nth) => fold.take(event, fromByte + (starts[nth] ?? 0)));
}
