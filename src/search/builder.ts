import { randomUUID } from "node:crypto";
import { setImmediate as turn } from "node:timers/promises";
import type { DerivedFile } from "../io/derived-file.js";
import { LullTimer } from "../io/lull-timer.js";
import type { Prepared } from "../io/prepared.js";
import type { Indexer } from "./indexer.js";
import type { Precedence } from "./precedence.js";

/** Appends come in runs: what is taken in together costs less, and after the run it delays none of them. An answer does not wait for it. */
const delayMs = 1000;
const longestRunMs = 5000;
/** After a failure longer and longer, up to this. */
const longestDelayMs = 60_000;
/** How long nobody else builds after this process was last heard of. */
const leaseMs = 10_000;
const renewMs = 2000;
/** While answers are being made they get so many times the time that building takes: who asks without end does not end the building. */
const answersTimes = 8;
/** Never longer, so that a step which waited for another process does not cost the lease. */
const longestWaitMs = leaseMs - 2 * renewMs;

export interface BuilderOptions {
  /** Finds out what is pending that is not known to be. */
  look: () => void;
  /** Told of what goes wrong; nobody waits for an answer. */
  onError: (error: unknown) => void;
  /** Of the answers of this process. */
  precedence: Precedence;
  now: () => number;
}

/** Takes in what is pending in the background, in turns with whatever else this process does. One process of a home does so at a time. */
export class Builder {
  readonly #file: DerivedFile<Prepared>;
  readonly #indexer: Indexer;
  readonly #options: BuilderOptions;
  readonly #name = randomUUID();
  #renewAtMs = 0;
  readonly #timer = new LullTimer({ run: () => void this.#run(), latestMs: longestRunMs });
  #running = false;
  #delayMs = delayMs;
  #stepMs = 0;
  #closed = false;

  constructor(file: DerivedFile<Prepared>, indexer: Indexer, options: BuilderOptions) {
    this.#file = file;
    this.#indexer = indexer;
    this.#options = options;
  }

  /** An append has just been made: begins after a second, or within five where they do not pause. */
  appended(): void {
    this.#timer.note();
    this.soon();
  }

  /** Begins after a second; at once where `now` is given. */
  soon(options: { now?: boolean } = {}): void {
    if (this.#closed || this.#running) return;
    if (!options.now) return this.#timer.start(this.#delayMs);
    this.#timer.stop();
    void this.#run();
  }

  /** Ends the work, and lets others go on with it. */
  close(): void {
    this.#closed = true;
    this.#timer.stop();
    if (this.#renewAtMs === 0) return;
    this.#renewAtMs = 0;
    try {
      this.#file.write((table) => table.run("UPDATE search SET builds_until_ms = 0 WHERE builder = ?", this.#name));
    } catch (error) {
      // Others wait until the time is over.
      this.#options.onError(error);
    }
  }

  async #run(): Promise<void> {
    this.#running = true;
    let isDone = false;
    try {
      isDone = await this.#build();
      this.#delayMs = delayMs;
    } catch (error) {
      // The next try may find the disk or the file mended; until then answers say what is pending.
      this.#delayMs = Math.min(this.#delayMs * 2, longestDelayMs);
      if (!this.#closed) this.#options.onError(error);
    }
    this.#running = false;
    if (!isDone) this.soon();
  }

  /** @returns False where another process builds, and there is still something to do. */
  async #build(): Promise<boolean> {
    if (this.#closed) return true;
    this.#options.look();
    while (!this.#closed && this.#indexer.pendingBytes() > 0) {
      if (!this.#lease()) return false;
      this.#timed(() => this.#indexer.step());
      await this.#giveWay();
    }
    // Who else tidies up at the same time does another part of it.
    while (!this.#closed && this.#timed(() => this.#indexer.tidy())) await this.#giveWay();
    return true;
  }

  #timed(step: () => boolean): boolean {
    const startMs = performance.now();
    const result = step();
    this.#stepMs = performance.now() - startMs;
    return result;
  }

  /** Others have their turn after each step, and answers that are being made more than one; one that has just been made is sent before the next step. */
  async #giveWay(): Promise<void> {
    await turn();
    if (await this.#options.precedence.giveWay(Math.min(this.#stepMs * answersTimes, longestWaitMs))) await turn();
  }

  #lease(): boolean {
    const nowMs = this.#options.now();
    if (nowMs < this.#renewAtMs) return true;
    const sql = "UPDATE search SET builder = ?1, builds_until_ms = ?2 WHERE builder = ?1 OR builds_until_ms < ?3 OR builds_until_ms > ?2";
    const isHeld = this.#file.write((table) => table.run(sql, this.#name, nowMs + leaseMs, nowMs).changes > 0);
    this.#renewAtMs = isHeld ? nowMs + renewMs : 0;
    return isHeld;
  }
}
