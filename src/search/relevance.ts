import type { IndexedCandidate } from "./word-matches.js";
import type { WordSearch } from "./word-search.js";

/** So many of the newest matches are ranked. */
const mostRanked = 2000;
/** Rows that lie so near to each other are scored in one go: each go counts all matches of each word, which takes as long as passing over so many. */
const gapRows = 200_000;

/** The newest matches, the best first; of two that fit as well the newer. */
export async function mostRelevant(search: WordSearch): Promise<IndexedCandidate[]> {
  const newest = await search.newest({ limit: mostRanked, after: undefined });
  const scores = new Map(runsOf(newest.map(({ row }) => row)).flatMap((list) => [...search.scores({ from: list[0] ?? 0, to: list.at(-1) ?? 0, list })]));
  const order = new Map(newest.map((candidate, nth) => [candidate, nth]));
  return newest.sort((one, other) => (scores.get(one.row) ?? 0) - (scores.get(other.row) ?? 0) || (order.get(one) ?? 0) - (order.get(other) ?? 0));
}

/** The rows in ascending order, parted where there is a wide gap. */
function runsOf(rows: readonly number[]): number[][] {
  const runs: number[][] = [];
  for (const row of [...rows].sort((one, other) => one - other)) {
    const run = runs.at(-1);
    if (run && row - (run.at(-1) ?? row) <= gapRows) run.push(row);
    else runs.push([row]);
  }
  return runs;
}
