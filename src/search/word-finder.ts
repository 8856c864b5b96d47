import { setImmediate as turn } from "node:timers/promises";
import type { DerivedFile } from "../io/derived-file.js";
import type { Prepared } from "../io/prepared.js";
import type { SearchQuery } from "../schema/ports.js";
import { newestFirst, type Candidate } from "./candidate.js";
import type { Finder, Found, PagePlace } from "./finder.js";
import { needlesFor } from "./needles.js";
import { readHitLine } from "./read-hit.js";
import { mostRelevant } from "./relevance.js";
import { scanLogs } from "./scan-search.js";
import { filterOf } from "./search-filter.js";
import { TermFinder } from "./term-finder.js";
import { WordSearch } from "./word-search.js";
import { ftsExpression, parseWords, type Term } from "./words-query.js";

/** So many lines are read before others have their turn. */
const linesAtOnce = 100;

/** Answers `words` from the index. @throws {CoreError} `INVALID_ARGUMENT`. */
export function wordFinder(file: DerivedFile<Prepared>, query: Pick<SearchQuery, "query" | "caseSensitive">): Finder {
  const terms = parseWords(query.query);
  const words = new TermFinder(terms, query);
  const begin = beginner(file, terms);
  const finder: Finder = {
    locate: (texts) => words.first(texts),
    newest: (asked, page) => newestOf(begin(asked), page),
    ranked: (asked) => rankedOf(begin(asked)),
  };
  return query.caseSensitive ? exactFinder(file, { finder, terms, words }) : finder;
}

/** As `finder`, where terms must stand as they were typed: of few matches each is read again, of many it is faster to look through the logs. */
function exactFinder(file: DerivedFile<Prepared>, { finder, terms, words }: { finder: Finder; terms: readonly Term[]; words: TermFinder }): Finder {
  const begin = beginner(file, terms);
  const needles = needlesFor([longestOf(terms)], { caseSensitive: true });
  const matcher = { needles, matches: (texts: readonly string[]) => words.hasAll(texts) };
  const holding = (candidates: readonly Candidate[]): Promise<Candidate[]> =>
    inTurns(candidates, (candidate) => {
      const line = file.use((table) => readHitLine(table, candidate));
      return line !== undefined && words.hasAll(line.texts);
    });
  return {
    locate: finder.locate,
    async newest(asked, page) {
      const search = begin(asked);
      const { totalIsExact, excluded } = await search.counts();
      if (!totalIsExact) return scanLogs(file, { ...page, matcher, filter: file.use((table) => filterOf(table, asked)), signal: asked.signal, onProgress: asked.onProgress });
      const all = await holding(await search.newest({ limit: Infinity, after: undefined }));
      const behind = all.filter((candidate) => !page.after || newestFirst(page.after, candidate) < 0);
      return { candidates: behind.slice(0, page.limit), total: all.length, totalIsExact, excluded };
    },
    async ranked(asked) {
      const ranked = await rankedOf(begin(asked));
      const candidates = await holding(ranked.candidates);
      return { ...ranked, candidates, total: candidates.length };
    },
  };
}

function beginner(file: DerivedFile<Prepared>, terms: readonly Term[]): (asked: SearchQuery) => WordSearch {
  const expression = ftsExpression(terms);
  return (asked) => new WordSearch(file, { expression, filter: file.use((table) => filterOf(table, asked)), signal: asked.signal });
}

async function newestOf(search: WordSearch, page: PagePlace): Promise<Found> {
  const candidates = await search.newest(page);
  const counts = await search.counts();
  const areAll = page.after === undefined && candidates.length < page.limit;
  if (areAll && !counts.totalIsExact) return { candidates, total: candidates.length, totalIsExact: true, excluded: counts.excluded };
  return { ...counts, total: Math.max(counts.total, candidates.length), candidates };
}

async function rankedOf(search: WordSearch): Promise<Found> {
  const candidates = await mostRelevant(search);
  const counts = await search.counts();
  return { ...counts, total: Math.max(counts.total, candidates.length), candidates };
}

/** A word of a term that must stand in each match: spaces and signs between words may be others. */
function longestOf(terms: readonly Term[]): string {
  const words = terms.flatMap(({ text }) => text.match(/[\p{L}\p{N}]+/gu) ?? []);
  return words.reduce((longest, word) => (word.length > longest.length ? word : longest), "");
}

async function inTurns<T>(items: readonly T[], holds: (item: T) => boolean): Promise<T[]> {
  const held: T[] = [];
  for (const [nth, item] of items.entries()) {
    if (nth % linesAtOnce === linesAtOnce - 1) await turn();
    if (holds(item)) held.push(item);
  }
  return held;
}
