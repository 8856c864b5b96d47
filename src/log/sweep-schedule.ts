import { setImmediate as turn } from "node:timers/promises";
import type { LogSweep } from "./log-sweep.js";

/** A database that is swept. */
export interface SweptFile {
  /** One up whenever another file took the place of the one in use. */
  readonly generation: number;
  /** Whether all logs were looked at once. Opens the file. */
  isComplete(): boolean;
}

const shortestIntervalMs = 10_000;
const longestIntervalMs = 60_000;
/** What answers together may wait for one sweep of what was complete before: the first sees what a small home has, and of a large one none waits again and again. */
const mostOfAnswersMs = 15;
const sliceMs = 8;
const mostRestarts = 5;

/** When the folders of a home are looked through: at once where the database is new, else now and then and in slices. */
export class SweepSchedule {
  readonly #file: SweptFile;
  readonly #sweep: LogSweep;
  #steps: Generator<undefined, void> | undefined;
  #generation = -1;
  #changesBefore = 0;
  #answersLeftMs = mostOfAnswersMs;
  #dueAt = 0;
  #intervalMs = shortestIntervalMs;
  #background: Promise<void> | undefined;
  #closed = false;

  constructor(file: SweptFile, sweep: LogSweep) {
    this.#file = file;
    this.#sweep = sweep;
  }

  /** Whether all logs were taken in once. */
  isComplete(): boolean {
    return this.#file.isComplete();
  }

  /** Returns when all logs were taken in at least once. */
  complete(): void {
    for (let restarts = 0; restarts < mostRestarts && !this.isComplete(); restarts += 1) this.#runFor(Infinity);
  }

  /** As `complete`, giving way to others in between. Then goes on until the sweep that is under way has ended. */
  inBackground(): Promise<void> {
    this.#background ??= this.#runInTurns().finally(() => {
      this.#background = undefined;
    });
    return this.#background;
  }

  /** Looks at all logs again where that is due. @returns True where it is not yet done: go on in the background. */
  runIfDue(): boolean {
    if (!this.#steps && performance.now() < this.#dueAt) return false;
    this.#begin();
    if (this.#answersLeftMs <= 0) return true;
    const from = performance.now();
    const hasEnded = this.#runFor(this.#answersLeftMs);
    this.#answersLeftMs -= performance.now() - from;
    return !hasEnded;
  }

  close(): void {
    this.#closed = true;
    this.#steps?.return();
    this.#steps = undefined;
  }

  async #runInTurns(): Promise<void> {
    while (!this.#closed && !this.#runFor(sliceMs)) await turn();
  }

  /** @returns Whether the sweep has ended. */
  #runFor(budgetMs: number): boolean {
    this.#begin();
    const deadline = performance.now() + budgetMs;
    do {
      if (this.#steps?.next().done) return this.#end();
    } while (performance.now() < deadline);
    return false;
  }

  #begin(): void {
    // Opens the file, so that its generation is known.
    this.#file.isComplete();
    if (this.#steps && this.#generation === this.#file.generation) return;
    this.#steps?.return();
    this.#steps = this.#sweep.steps();
    this.#generation = this.#file.generation;
    this.#changesBefore = this.#sweep.changes;
    this.#answersLeftMs = mostOfAnswersMs;
  }

  #end(): true {
    this.#steps = undefined;
    const isQuiet = this.#sweep.changes === this.#changesBefore;
    this.#intervalMs = isQuiet ? Math.min(this.#intervalMs * 2, longestIntervalMs) : shortestIntervalMs;
    this.#dueAt = performance.now() + this.#intervalMs;
    return true;
  }
}
