/** A time in which events followed each other closely; milliseconds since the epoch, both ends inclusive. */
export interface Span {
  startMs: number;
  endMs: number;
}

/** Events that are closer than this belong to one span of work: a longer gap is a pause. */
export const pauseMs = 300_000;

/**
 * Adds a span (of an event: with equal ends) to a sorted list of spans that are pauses apart, and keeps it so.
 * The sum of their lengths is that of all gaps under 5 minutes between the events in order of time, in whatever order they came.
 */
export function addSpan(spans: Span[], added: Span): void {
  const last = spans.at(-1);
  if (last && added.startMs >= last.startMs && added.startMs - last.endMs < pauseMs) {
    last.endMs = Math.max(last.endMs, added.endMs);
    return;
  }
  let first = spans.length;
  while (first > 0 && added.startMs - (spans[first - 1]?.endMs ?? 0) < pauseMs) first -= 1;
  let merged = { ...added };
  let next = first;
  for (let span = spans[next]; span && span.startMs - added.endMs < pauseMs; span = spans[++next]) {
    merged = { startMs: Math.min(merged.startMs, span.startMs), endMs: Math.max(merged.endMs, span.endMs) };
  }
  spans.splice(first, next - first, merged);
}
