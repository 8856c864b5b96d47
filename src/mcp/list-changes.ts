import { Coalescer } from "./coalescer.js";

const maxKnown = 10_000;

/** Where new sessions are heard of. */
export interface SessionNews {
  /** Calls the listener for sessions that appeared (`added`) or changed; returns a function that ends it. */
  onChange(listener: (change: { added: boolean; sessionIds: readonly string[] }) => void): () => void;
  /** Whether the session is history: it stood there whole when it was first met. */
  isHistory(sessionId: string): boolean;
  /** URIs that `resources/list` shows now, in any order. */
  listed(): readonly string[];
}

/**
 * Tells when `resources/list` has new sessions: at once and then at most every `intervalMs` (default 5 s) for sessions that are being written;
 * once, when it is over, while history is imported; and, to a client
 * that asked for the list, when it holds others than it was shown.
 */
export class ListChanges {
  readonly #news: SessionNews;
  readonly #intervalMs: number;
  readonly #coalescer: Coalescer;
  readonly #known = new Set<string>();
  readonly #end: () => void;
  /** What the client was shown last; undefined before it asked. */
  #listed: ReadonlySet<string> | undefined;
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

  /** The client was shown the list as it is now. */
  shown(): void {
    this.#listed = new Set(this.#news.listed());
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
    const isOther = this.#takeInList();
    if (added && fresh.some((id) => !this.#news.isHistory(id))) this.#coalescer.poke();
    else if (isOther || (added && fresh.length > 0)) this.#afterHistory();
  }

  /** @returns Whether the list holds others than the client knows of, who is told then. */
  #takeInList(): boolean {
    const before = this.#listed;
    if (!before) return false;
    this.shown();
    return this.#listed?.size !== before.size || [...this.#listed].some((uri) => !before.has(uri));
  }

  #afterHistory(): void {
    clearTimeout(this.#historyTimer);
    this.#historyTimer = setTimeout(() => this.#coalescer.poke(), this.#intervalMs);
    this.#historyTimer.unref();
  }
}
