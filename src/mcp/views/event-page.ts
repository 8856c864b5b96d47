import type { AnyLogEvent } from "../../schema/event.js";
import { shorterContent, shownEvent, type EventContent } from "./event-content.js";
import { isPause, toolId, type CallPlace } from "./event-view.js";
import { callBefore, sameSeq, type Gap, type LineWalk, type WalkItem } from "./line-walk.js";
import { greatest, jsonBytes } from "./shrink.js";

/** What was gathered around a named place: what lies before it, what lies at and after it; one of them for a place at an edge. */
export interface Gathered {
  backward?: LineWalk<EventContent>;
  forward?: LineWalk<EventContent>;
  /** Calls known beside those that the walks met. */
  earlierCalls: ReadonlyMap<string, CallPlace[]>;
  /** Whether something to show lies on the side to which no walk went. */
  moreBehind: boolean;
  /** Events wanted in all. */
  limit: number;
}

/** The range that a page covers, and what lies beside it. Flags are only ever true, counts only ever positive. */
export interface PageFacts {
  hidden?: Record<string, number>;
  first_seq?: number;
  last_seq?: number;
  has_more_before?: true;
  has_more_after?: true;
  next_after_seq?: number;
}

/** Puts a page into its answer; `slim` asks for the least that an answer can be. */
export type WrapPage<Answer> = (events: Record<string, unknown>[], facts: PageFacts, options: { slim: boolean }) => Answer;

/** How many items of each walk a page keeps: those nearest to the named place. */
interface Kept {
  backward: number;
  forward: number;
}

/**
 * The answer with as many events as fit in `maxBytes` of JSON. What is cut lies farthest from the named place; at least one event comes, shortened
 * if need be.
 */
export function fitPage<Answer>(gathered: Gathered, { maxBytes, wrap }: { maxBytes: number; wrap: WrapPage<Answer> }): Answer {
  let kept = shares(gathered);
  for (;;) {
    const answer = wrap(pageEvents(gathered, kept), pageFacts(gathered, kept), { slim: false });
    if (jsonBytes(answer) <= maxBytes) return answer;
    const fewer = withoutFarthest(gathered, kept);
    if (!fewer) return shortened(gathered, kept, { maxBytes, wrap });
    kept = fewer;
  }
}

/** Both sides alike where both have enough; the place itself belongs to `forward`. */
function shares({ backward, forward, limit }: Gathered): Kept {
  const before = backward?.items.length ?? 0;
  const after = forward?.items.length ?? 0;
  if (!backward || !forward) return { backward: before, forward: after };
  const half = Math.min(after, Math.ceil(limit / 2));
  const keptBefore = Math.min(before, limit - half);
  return { backward: keptBefore, forward: Math.min(after, limit - keptBefore) };
}

/** Drops the farthest event, with those that share its number; nothing where none would be left. */
function withoutFarthest(gathered: Gathered, kept: Kept): Kept | undefined {
  const side = kept.backward >= kept.forward ? "backward" : "forward";
  const items = gathered[side]?.items ?? [];
  let count = kept[side] - 1;
  while (count > 0 && items[count - 1]?.event.seq === items[count]?.event.seq) count -= 1;
  const fewer = { ...kept, [side]: count };
  return fewer.backward + fewer.forward > 0 ? fewer : undefined;
}

/** The answer with the last events that are left, all shortened alike; where they are too many of one number even so, with those that fit. */
function shortened<Answer>(gathered: Gathered, kept: Kept, { maxBytes, wrap }: { maxBytes: number; wrap: WrapPage<Answer> }): Answer {
  const facts = pageFacts(gathered, kept);
  // Cut roughly once, so that the search for the best fit works on little.
  const rough = new Map<EventContent, EventContent>();
  for (const { content } of inLogOrder(gathered, kept)) rough.set(content, shorterContent(content, maxBytes));
  const shorter = (bytes: number) => (content: EventContent) => shorterContent(rough.get(content) ?? content, bytes);
  const attempt = (bytes: number, slim: boolean) => wrap(pageEvents(gathered, kept, shorter(bytes)), facts, { slim });
  const fits = (answer: Answer) => jsonBytes(answer) <= maxBytes;
  for (const slim of [false, true]) {
    const answer = attempt(greatest(maxBytes - 1, (bytes) => fits(attempt(bytes, slim))), slim);
    if (fits(answer)) return answer;
  }
  const bare = pageEvents(gathered, kept, shorter(0));
  const some = (count: number) => wrap(nearest(bare, kept, count), withSameSeq(facts, bare.length - count), { slim: true });
  return some(Math.min(bare.length, Math.max(1, greatest(bare.length - 1, (count) => fits(some(count))))));
}

/** Those of the events, all of one walk, that lie nearest to the named place. */
function nearest<Event>(events: readonly Event[], kept: Kept, count: number): Event[] {
  return kept.backward > 0 ? events.slice(events.length - count) : events.slice(0, count);
}

function withSameSeq(facts: PageFacts, count: number): PageFacts {
  if (count === 0) return facts;
  return { ...facts, hidden: { ...facts.hidden, [sameSeq]: (facts.hidden?.[sameSeq] ?? 0) + count } };
}

/** The kept items in log order. */
function inLogOrder(gathered: Gathered, kept: Kept): WalkItem<EventContent>[] {
  const before = gathered.backward?.items.slice(0, kept.backward).reverse() ?? [];
  return [...before, ...(gathered.forward?.items.slice(0, kept.forward) ?? [])];
}

function pageEvents(
  gathered: Gathered,
  kept: Kept,
  change: (content: EventContent) => EventContent = (content) => content,
): Record<string, unknown>[] {
  let previous: string | undefined;
  return inLogOrder(gathered, kept).map(({ event, content }) => {
    const showTime = isPause(previous, event.ts);
    previous = event.ts;
    return shownEvent(event, change(content), { call: callOf(gathered, event), showTime });
  });
}

function callOf({ backward, forward, earlierCalls }: Gathered, event: AnyLogEvent): CallPlace | undefined {
  const id = toolId(event);
  if (id === undefined || event.type !== "tool_result") return undefined;
  const places = [backward?.calls, forward?.calls, earlierCalls].flatMap((calls) => calls?.get(id) ?? []);
  return callBefore(places, event.seq);
}

/** Events of the gathered walks whose call was not met on the way, by tool_id. */
export function unansweredToolIds(gathered: Gathered): Set<string> {
  const ids = new Set<string>();
  for (const { event } of [...(gathered.backward?.items ?? []), ...(gathered.forward?.items ?? [])]) {
    const id = toolId(event);
    if (event.type === "tool_result" && id !== undefined && !callOf(gathered, event)) ids.add(id);
  }
  return ids;
}

function pageFacts(gathered: Gathered, kept: Kept): PageFacts {
  const { backward, forward, moreBehind } = gathered;
  const gaps = [...(backward?.gaps.slice(0, kept.backward + 1) ?? []), ...(forward?.gaps.slice(0, kept.forward + 1) ?? [])];
  const hidden = hiddenIn(gaps);
  const range = clampedRange(rangeOf(gaps, inLogOrder(gathered, kept)), gathered, kept);
  const moreBefore = backward ? backward.more || kept.backward < backward.items.length : moreBehind;
  const moreAfter = forward ? forward.more || kept.forward < forward.items.length : moreBehind;
  return {
    ...(hidden && { hidden }),
    ...(range && { first_seq: range.first, last_seq: range.last }),
    ...(moreBefore && { has_more_before: true as const }),
    ...(moreAfter && { has_more_after: true as const }),
    ...(moreAfter && range && { next_after_seq: range.last }),
  };
}

function hiddenIn(gaps: readonly Gap[]): Record<string, number> | undefined {
  const sum: Record<string, number> = {};
  for (const gap of gaps) {
    for (const [kind, count] of Object.entries(gap.hidden)) sum[kind] = (sum[kind] ?? 0) + count;
  }
  return Object.keys(sum).length > 0 ? sum : undefined;
}

function rangeOf(gaps: readonly Gap[], items: readonly WalkItem<EventContent>[]): { first: number; last: number } | undefined {
  let first = Infinity;
  let last = -Infinity;
  for (const { minSeq, maxSeq } of gaps) {
    first = Math.min(first, minSeq);
    last = Math.max(last, maxSeq);
  }
  for (const { event } of items) {
    first = Math.min(first, event.seq);
    last = Math.max(last, event.seq);
  }
  return first <= last ? { first, last } : undefined;
}

/** Lines that are not shown may share the number of a dropped event: the range ends before it, so that the next page starts before them. */
function clampedRange(range: { first: number; last: number } | undefined, { backward, forward }: Gathered, kept: Kept): typeof range {
  if (!range) return undefined;
  const before = backward?.items[kept.backward]?.event.seq ?? -Infinity;
  const after = forward?.items[kept.forward]?.event.seq ?? Infinity;
  return { first: Math.max(range.first, before + 1), last: Math.min(range.last, after - 1) };
}
