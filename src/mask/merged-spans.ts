import type { SecretSpan } from "./secret-span.js";

/** Spans in their order, none over another: what overlaps is one, of the kind of that which was found first. */
export function mergedSpans(found: readonly SecretSpan[]): SecretSpan[] {
  const ranked = found.map((span, rank) => ({ ...span, rank })).sort((a, b) => a.start - b.start);
  const merged: typeof ranked = [];
  for (const span of ranked) {
    const last = merged.at(-1);
    if (!last || span.start >= last.end) {
      merged.push(span);
      continue;
    }
    last.end = Math.max(last.end, span.end);
    if (span.rank < last.rank) Object.assign(last, { kind: span.kind, rank: span.rank });
  }
  return merged;
}
