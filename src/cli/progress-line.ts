import { fitted } from "./look/width.js";
import type { Terminal } from "./terminal.js";

/** How far some work is. */
export interface Progress {
  /** What is being done; left out where there is only one thing. */
  title?: string;
  done: number;
  total: number;
  /** What `done` and `total` count; `bytes` are shown in MB. */
  unit: string;
  /** What else to say. */
  more?: string;
}

type ErrTerminal = Pick<Terminal, "err" | "isErrTerminal" | "columns">;

const showAfterMs = 1000;
const redrawMs = 100;
const plainEveryMs = 10_000;
const clearLine = "\r\u001b[K";
const barLength = 20;

/** Says on stderr how far work is that takes longer than a second: one line that is written over on a terminal, else a line now and then. */
export class ProgressLine {
  readonly #terminal: ErrTerminal;
  readonly #now: () => number;
  readonly #startMs: number;
  #title: string | undefined;
  #titleMs: number;
  #nextMs: number;
  #isShown = false;

  /** @param options.now Milliseconds of a clock that only goes on. */
  constructor(terminal: ErrTerminal, { now = () => performance.now() }: { now?: () => number } = {}) {
    this.#terminal = terminal;
    this.#now = now;
    this.#startMs = now();
    this.#titleMs = this.#startMs;
    this.#nextMs = this.#startMs + (terminal.isErrTerminal ? showAfterMs : plainEveryMs);
  }

  show(progress: Progress): void {
    const nowMs = this.#now();
    if (progress.title !== this.#title) {
      this.#title = progress.title;
      this.#titleMs = nowMs;
    }
    if (nowMs < this.#nextMs) return;
    const { isErrTerminal } = this.#terminal;
    this.#nextMs = nowMs + (isErrTerminal ? redrawMs : plainEveryMs);
    const text = textOf(progress, nowMs - (progress.title === undefined ? this.#startMs : this.#titleMs));
    this.#terminal.err(isErrTerminal ? clearLine + fitted(`${barOf(progress)} ${text}`, this.#terminal.columns - 1) : `${text}\n`);
    this.#isShown = isErrTerminal;
  }

  /** Takes the line away, for what is said next. */
  clear(): void {
    if (this.#isShown) this.#terminal.err(clearLine);
    this.#isShown = false;
  }
}

function partOf({ done, total }: Progress): number {
  return total === 0 ? 1 : Math.min(1, done / total);
}

function barOf(progress: Progress): string {
  return `[${"#".repeat(Math.floor(barLength * partOf(progress))).padEnd(barLength, "-")}]`;
}

function textOf(progress: Progress, elapsedMs: number): string {
  const { title, done, total, unit, more } = progress;
  const part = partOf(progress);
  const counted = unit === "bytes" ? `${megabytes(done)} of ${megabytes(total)} MB` : `${done} of ${total} ${unit}`;
  const rate = unit === "bytes" && elapsedMs > 0 ? `${((done / elapsedMs) * 1e-3).toFixed(1)} MB/s` : undefined;
  const left = part > 0.01 && part < 1 ? `${Math.ceil((elapsedMs * (1 - part)) / part / 1000)} s left` : undefined;
  const parts = [counted, rate, left, more].filter((text) => text !== undefined).join(", ");
  return `${title === undefined ? "" : `${title}: `}${Math.floor(100 * part)} %, ${parts}`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
