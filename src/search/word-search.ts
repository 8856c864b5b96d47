import { setImmediate as turn } from "node:timers/promises";
import type { DerivedFile } from "../io/derived-file.js";
import type { Prepared } from "../io/prepared.js";
import { newestFirst, NewestCandidates, type HitPlace } from "./candidate.js";
import type { Found } from "./finder.js";
import { spansNewestFirst, type Span } from "./spans.js";
import { kindsOf, type AskedKinds, type SearchFilter } from "./search-filter.js";
import { WordMatches, type IndexedCandidate } from "./word-matches.js";

export interface WordSearchOptions {
  expression: string;
  filter: SearchFilter;
  signal: AbortSignal | undefined;
}

/** Of more matches than this only the newest are looked at one by one, and the number of all is an estimate from below. */
const mostCounted = 2000;
/** A span gives so many at a time, or so great a part of what is wanted: more of it may not be needed. */
const leastOfASpan = 64;
const partOfASpan = 1 / 8;
const sliceMs = 10;

/** One search for words in the index as it now stands. */
export class WordSearch {
  readonly #file: DerivedFile<Prepared>;
  readonly #options: WordSearchOptions;
  readonly #kinds: AskedKinds;
  /** All matches, where they are few; those that are left out too. */
  readonly #few: IndexedCandidate[] | undefined;
  #spans: readonly Span[] | undefined;
  #sliceEndsAt = 0;

  constructor(file: DerivedFile<Prepared>, options: WordSearchOptions) {
    this.#file = file;
    this.#options = options;
    this.#kinds = file.use((table) => kindsOf(table, options.filter));
    const few = this.#use((matches) => (matches.countUpTo(mostCounted + 1) <= mostCounted ? matches.all() : undefined));
    this.#few = few?.sort(newestFirst);
  }

  /** The newest matches that are not left out. @param options.after Only those behind this place. */
  async newest({ limit, after }: { limit: number; after: HitPlace | undefined }): Promise<IndexedCandidate[]> {
    if (this.#few) {
      const kept = this.#few.filter((one) => !one.isLeftOut && (!after || newestFirst(after, one) < 0));
      return kept.slice(0, limit);
    }
    const newest = new NewestCandidates<IndexedCandidate>({ most: limit, after });
    const share = Math.min(limit, Math.max(leastOfASpan, Math.ceil(limit * partOfASpan)));
    /** Each span with the place behind which to go on in it, and the greatest time that may still come from there. */
    const open = this.#spansToLookInto(after).map((span) => ({ span, behind: after, nextMs: span.maxMs }));
    for (let from = newestOf(open); from && from.nextMs >= newest.oldestMs(); from = newestOf(open)) {
      const page = this.#use((matches) => matches.newestIn(from.span, { limit: share, after: from.behind, notBeforeMs: newest.oldestMs() }));
      for (const candidate of page) newest.add(candidate);
      from.behind = page.at(-1);
      from.nextMs = page.length === share ? (from.behind?.ms ?? -Infinity) : -Infinity;
      await this.#giveWay();
    }
    return newest.sorted();
  }

  /** Spans in which there may be matches behind a place, the one with the newest rows first. */
  #spansToLookInto(after: HitPlace | undefined): Span[] {
    const { sinceMs = -Infinity, untilMs = Infinity } = this.#options.filter;
    const latestMs = Math.min(untilMs, after?.ms ?? Infinity);
    return this.#allSpans().filter((span) => span.maxMs >= sinceMs && span.minMs <= latestMs);
  }

  /** As they were when this search first asked. */
  #allSpans(): readonly Span[] {
    this.#spans ??= this.#file.use(spansNewestFirst);
    return this.#spans;
  }

  /** How many match; of many at least how many. */
  async counts(): Promise<Omit<Found, "candidates">> {
    if (this.#few) {
      const excluded = this.#few.filter((one) => one.isLeftOut).length;
      return { total: this.#few.length - excluded, totalIsExact: true, excluded };
    }
    let [seen, passed, excluded] = [0, 0, 0];
    for (const span of this.#allSpans()) {
      if (seen >= mostCounted) break;
      const counts = this.#use((matches) => matches.countIn(span));
      seen += counts.seen;
      passed += counts.passed;
      excluded += counts.leftOut;
      await this.#giveWay();
    }
    return { total: passed - excluded, totalIsExact: false, excluded };
  }

  /** How well each of these fits, by its row: the less the better. */
  scores(rows: { from: number; to: number; list: readonly number[] }): Map<number, number> {
    return this.#use((matches) => matches.scores(rows));
  }

  #use<R>(ask: (matches: WordMatches) => R): R {
    return this.#file.use((table) => ask(new WordMatches(table, { ...this.#options, kinds: this.#kinds })));
  }

  async #giveWay(): Promise<void> {
    this.#options.signal?.throwIfAborted();
    const nowMs = performance.now();
    if (this.#sliceEndsAt === 0) this.#sliceEndsAt = nowMs + sliceMs;
    if (nowMs < this.#sliceEndsAt) return;
    await turn();
    this.#sliceEndsAt = performance.now() + sliceMs;
  }
}

/** The one from which the newest may come next; undefined where none gives any more. */
function newestOf<T extends { nextMs: number }>(open: readonly T[]): T | undefined {
  const next = open.reduce<T | undefined>((best, one) => (best === undefined || one.nextMs > best.nextMs ? one : best), undefined);
  return next && next.nextMs > -Infinity ? next : undefined;
}
