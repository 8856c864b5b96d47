/**
 * A map that forgets: past `limit` entries the one that was set longest ago goes.
 * Made from, and turned back into, plain entries, so that it can lie in a checkpoint.
 */
export class BoundedMap<V> {
  readonly #entries: Map<string, V>;
  readonly #limit: number;

  constructor(entries: readonly (readonly [string, V])[], limit: number) {
    this.#entries = new Map(entries);
    this.#limit = limit;
  }

  get(key: string): V | undefined {
    return this.#entries.get(key);
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /**
   * Sets the value and makes it the newest.
   * @returns The value that was forgotten for it, if one was.
   */
  set(key: string, value: V): V | undefined {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#limit) return undefined;
    for (const [oldest, forgotten] of this.#entries) {
      this.#entries.delete(oldest);
      return forgotten;
    }
    return undefined;
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** Oldest first. */
  entries(): [string, V][] {
    return [...this.#entries];
  }

  values(): IterableIterator<V> {
    return this.#entries.values();
  }
}
