import { Coalescer } from "./coalescer.js";

const maxKnown = 10_000;

/** Where new sessions are heard of. */
export interface SessionNews {
  /** Calls the listener for sessions that appeared (`added`) or changed; returns a function that ends it. */
  onChange(listener: (change: { added: boolean; sessionIds: readonly string[] }) => void): () => void;
  /** Whether the session is history: it stood there whole when it was first met. */
  isHistory(sessionId: string): boolean;
}

/**
 * Tells when `resources/list` has new sessions: at once and then at most every `intervalMs` (default 5 s) for sessions that are being written;
 * once, when it is over, while history is imported.
 */
export class ListChanges {
  readonly #news: SessionNews;
  readonly #intervalMs: number;
  readonly #coalescer: Coalescer;
  readonly #known = new Set<string>();
  readonly #end: () => void;
  #historyTimer: NodeJS.Timeout | undefined;

  constructor(
    news: SessionNews,
    notify: () => Promise<void>,
    { intervalMs = 5000, onError }: { intervalMs?: number; onError: (error: unknown) => void },
  ) {
    this.#news = news;
    this.#intervalMs = intervalMs;
    this.#coalescer = new Coalescer(notify, { intervalMs, onError });
    this.#end = news.onChange((change) => this.#onChange(change));
  }

  close(): void {
    this.#end();
    clearTimeout(this.#historyTimer);
    this.#coalescer.stop();
  }

  #onChange({ added, sessionIds }: { added: boolean; sessionIds: readonly string[] }): void {
    const fresh = sessionIds.filter((id) => !this.#known.has(id));
    if (this.#known.size > maxKnown) this.#known.clear();
    for (const id of fresh) this.#known.add(id);
    if (!added || fresh.length === 0) return;
    if (fresh.some((id) => !this.#news.isHistory(id))) this.#coalescer.poke();
    else this.#afterHistory();
  }

  #afterHistory(): void {
    clearTimeout(this.#historyTimer);
    this.#historyTimer = setTimeout(() => this.#coalescer.poke(), this.#intervalMs);
    this.#historyTimer.unref();
  }
}
