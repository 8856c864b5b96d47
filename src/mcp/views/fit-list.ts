import { jsonBytes } from "./shrink.js";

type Item = Record<string, unknown>;

export interface FitList<Answer> {
  /** UTF-8 bytes that the answer's JSON may have. */
  maxBytes: number;
  /** Puts the first items of the list into the answer. */
  wrap: (items: Item[]) => Answer;
  /** The same item in at most so many bytes. */
  shrink: (item: Item, maxBytes: number) => Item;
}

/** The answer with as many of the first items as fit; at least one, where there is one, shortened if need be. */
export function fitList<Answer>(items: readonly Item[], { maxBytes, wrap, shrink }: FitList<Answer>): Answer {
  let count = countThatMayFit(items, maxBytes);
  for (; count > 1; count -= 1) {
    const answer = wrap(items.slice(0, count));
    if (jsonBytes(answer) <= maxBytes) return answer;
  }
  const first = items[0];
  if (first === undefined) return wrap([]);
  const answer = wrap([first]);
  if (jsonBytes(answer) <= maxBytes) return answer;
  const envelopeBytes = jsonBytes(answer) - jsonBytes(first);
  return wrap([shrink(first, Math.max(0, maxBytes - envelopeBytes))]);
}

function countThatMayFit(items: readonly Item[], maxBytes: number): number {
  let bytes = 0;
  let count = 0;
  for (const item of items) {
    bytes += jsonBytes(item);
    if (bytes > maxBytes) break;
    count += 1;
  }
  return count;
}
