import { statIfThere } from "./stat-if-there.js";

const shortestGapMs = 4;
const lookAgainMs = [20, 60] as const;

/** One file that somebody waits for: calls `listener` when its size, time or inode is another than at the last look. */
export class WatchedFile {
  readonly #path: string;
  readonly #listener: () => void;
  #last: string;
  #lookedAtMs = 0;
  #next: NodeJS.Timeout | undefined;
  #soon: NodeJS.Timeout | undefined;
  #later: NodeJS.Timeout | undefined;

  constructor(path: string, listener: () => void) {
    this.#path = path;
    this.#listener = listener;
    this.#last = fingerprint(path);
  }

  look(): void {
    this.#lookedAtMs = performance.now();
    const now = fingerprint(this.#path);
    if (now === this.#last) return;
    this.#last = now;
    this.#listener();
  }

  /** After an event: looks at once (or after a few milliseconds in a burst), and twice more, because the last event of a burst may be missing. */
  lookAfterEvent(): void {
    if (performance.now() - this.#lookedAtMs >= shortestGapMs) this.look();
    else this.#next ??= this.#timer(shortestGapMs, () => (this.#next = undefined));
    this.#soon ??= this.#timer(lookAgainMs[0], () => (this.#soon = undefined));
    clearTimeout(this.#later);
    this.#later = this.#timer(lookAgainMs[1], () => (this.#later = undefined));
  }

  close(): void {
    for (const timer of [this.#next, this.#soon, this.#later]) clearTimeout(timer);
  }

  #timer(delayMs: number, done: () => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      done();
      this.look();
    }, delayMs);
    return timer.unref();
  }
}

function fingerprint(path: string): string {
  const stats = statIfThere(path);
  return stats ? `${stats.ino}:${stats.size}:${stats.mtimeMs}` : "";
}
