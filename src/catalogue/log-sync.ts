import { hasSystemCode } from "../errors.js";
import type { DerivedFile } from "../io/derived-file.js";
import { regularStat } from "../io/regular-file.js";
import { isThere, isUnchanged, type LogPlace, type LogRef } from "../log/log-place.js";
import { foldLog } from "./log-fold.js";
import type { SessionRow } from "./session-rows.js";
import type { FoldedLog, SessionTable } from "./session-table.js";

const mostConflicts = 20;

export interface LogSyncOptions {
  onWarning: (message: string) => void;
  now: () => number;
}

/** Brings the catalogue's row of a log up to what the log holds. */
export class LogSync {
  readonly #file: DerivedFile<SessionTable>;
  readonly #options: LogSyncOptions;
  readonly #unreadable = new Set<string>();

  constructor(file: DerivedFile<SessionTable>, options: LogSyncOptions) {
    this.#file = file;
    this.#options = options;
  }

  /**
   * Takes in what one log has more than the catalogue knows; costs a look at the row and a stat where that is nothing.
   * A log that is gone leaves the catalogue.
   * @returns Its row, as it then is.
   */
  sync(log: LogRef): SessionRow | undefined {
    const row = (): SessionRow | undefined => this.#file.use((table) => table.byId(log.id));
    for (let conflicts = 0; conflicts < mostConflicts; conflicts += 1) {
      const base = row();
      const stats = regularStat(log.path);
      if (!stats) {
        this.forgetIfGone(base);
        break;
      }
      if (base && isUnchanged(base, log.logsDir, stats)) return base;
      if (base && base.logsDir !== log.logsDir && isThere(base)) return base;
      const folded = drain(this.read(log, base));
      if (!folded || this.save([folded]).length === 0) break;
    }
    return row();
  }

  /**
   * Reads what a log has more than `base` knows, in steps; nothing is written.
   * @returns Undefined where there is nothing to read. A log that cannot be read is reported once.
   */
  *read(log: LogRef, base: SessionRow | undefined): Generator<undefined, FoldedLog | undefined> {
    try {
      return yield* foldLog(log, base);
    } catch (error) {
      if (!hasSystemCode(error, "EACCES", "EPERM", "EIO", "EISDIR")) throw error;
      if (!this.#unreadable.has(log.path)) this.#options.onWarning(`${log.path} cannot be read: it is left out of the catalogue`);
      this.#unreadable.add(log.path);
      return undefined;
    }
  }

  /**
   * Writes what was read of several logs, in one transaction.
   * @returns Those of which another process has written meanwhile: nothing of them was written.
   */
  save(folded: readonly FoldedLog[]): FoldedLog[] {
    if (folded.length === 0) return [];
    return this.#file.write((table) => folded.filter((one) => !table.save(one, this.#options.now())));
  }

  /** Takes a session out of the catalogue when its log is no longer there. */
  forgetIfGone(place: LogPlace | undefined): void {
    if (place && !isThere(place)) this.#file.write((table) => table.remove(place.n));
  }
}

function drain<T>(steps: Generator<undefined, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
