import type { EventView } from "../schema/answers/event-page.js";
import type { HitView } from "../schema/answers/search-page.js";

/** Hits of one session whose contexts touch, with the events around them: each once, in log order. */
export interface HitBlock {
  sessionId: string;
  events: readonly (HitView | EventView)[];
}

/** A run of hits. */
interface Stretch {
  hits: HitView[];
  /** Seq of the last event that they show. */
  lastSeq: number;
}

/** Whether an event of a block was searched for, or only stands beside one that was. */
export function isHit(event: HitView | EventView): event is HitView {
  return "session_id" in event;
}

/** Joins hits as `grep` does. A block stands where the first of its hits stood; hits without a context stand alone. */
export function hitBlocks(hits: readonly HitView[]): HitBlock[] {
  const places = new Map(hits.map((hit, place) => [hit, place]));
  const placeOf = (stretch: Stretch): number => Math.min(...stretch.hits.map((hit) => places.get(hit) ?? 0));
  const stretches = [...bySession(hits).values()].flatMap(stretchesOf);
  return stretches.sort((a, b) => placeOf(a) - placeOf(b)).map(blockOf);
}

function bySession(hits: readonly HitView[]): Map<string, HitView[]> {
  const sessions = new Map<string, HitView[]>();
  for (const hit of hits) {
    const known = sessions.get(hit.session_id);
    if (known) known.push(hit);
    else sessions.set(hit.session_id, [hit]);
  }
  return sessions;
}

/** @param hits Of one session. */
function stretchesOf(hits: readonly HitView[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const hit of [...hits].sort((a, b) => edgesOf(a).first - edgesOf(b).first)) {
    const { first, last } = edgesOf(hit);
    const before = stretches.at(-1);
    if (before && hit.context && first <= before.lastSeq + 1) {
      before.hits.push(hit);
      before.lastSeq = Math.max(before.lastSeq, last);
    } else {
      stretches.push({ hits: [hit], lastSeq: last });
    }
  }
  return stretches;
}

function edgesOf({ seq, context = [] }: HitView): { first: number; last: number } {
  const seqs = [seq, ...context.map((event) => event.seq)];
  return { first: Math.min(...seqs), last: Math.max(...seqs) };
}

function blockOf({ hits }: Stretch): HitBlock {
  const neighbours = hits.flatMap(({ context = [] }) => context);
  const events = new Map<number, HitView | EventView>([...neighbours, ...hits].map((event) => [event.seq, event]));
  return { sessionId: hits[0]?.session_id ?? "", events: [...events.values()].sort((a, b) => a.seq - b.seq) };
}
