/** A place in the order of hits: newest first, then by session and place in the log. It outlives a rebuild of the index. */
export interface HitPlace {
  ms: number;
  /** Folded id of the session. */
  idKey: string;
  offsetBytes: number;
}

/** An event that matches. */
export interface Candidate extends HitPlace {
  /** '' where it has none. */
  tool: string;
}

export function newestFirst(one: HitPlace, other: HitPlace): number {
  if (one.ms !== other.ms) return other.ms - one.ms;
  if (one.idKey !== other.idKey) return one.idKey < other.idKey ? 1 : -1;
  return other.offsetBytes - one.offsetBytes;
}

/** The newest of all candidates that are shown to it. */
export class NewestCandidates<T extends Candidate = Candidate> {
  readonly #most: number;
  readonly #after: HitPlace | undefined;
  #kept: T[] = [];
  #isSorted = true;
  #oldestMs = -Infinity;

  /** @param options.most How many are kept. @param options.after Only those behind this place. */
  constructor({ most, after }: { most: number; after: HitPlace | undefined }) {
    this.#most = most;
    this.#after = after;
  }

  add(candidate: T): void {
    if (candidate.ms < this.#oldestMs || (this.#after && newestFirst(this.#after, candidate) >= 0)) return;
    this.#kept.push(candidate);
    this.#isSorted = false;
    if (this.#kept.length > this.#most * 2) this.#cut();
  }

  /** What is older can no longer be among the newest; -Infinity while there are few. */
  oldestMs(): number {
    if (!this.#isSorted) this.#cut();
    return this.#oldestMs;
  }

  /** Those that are kept, in order. */
  sorted(): T[] {
    this.#cut();
    return this.#kept;
  }

  #cut(): void {
    this.#kept = this.#kept.sort(newestFirst).slice(0, this.#most);
    this.#isSorted = true;
    if (this.#kept.length === this.#most) this.#oldestMs = this.#kept.at(-1)?.ms ?? Infinity;
  }
}
