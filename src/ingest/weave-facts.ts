import type { ParsedEvent } from "../providers/provider.js";
import { parseTime } from "../schema/time.js";
import type { PendingFact } from "./side-facts.js";

export interface WeaveContext {
  /** No more events follow for now: what has found no place stands at the end. */
  isLast: boolean;
  /** Time of the last event that the log holds of this session's file. */
  lastTs: string | undefined;
  /** When the session began, where that is known; asked for only where a fact depends on it. */
  startedMs: () => number | undefined;
}

/**
 * Puts facts among the events that a session's file gave, each before the first event that is later.
 * An end that comes to light only when the session has gone on is none.
 * @returns All events in order, and the facts that wait no more, said or not.
 */
export function weaveFacts(events: readonly ParsedEvent[], facts: readonly PendingFact[], context: WeaveContext): { events: ParsedEvent[]; settled: number[] } {
  const woven = [...events];
  const settled: number[] = [];
  for (const fact of facts) {
    const place = placeOf(fact, woven, context);
    if (place === "later") continue;
    settled.push(fact.id);
    if (place !== "never") woven.splice(place, 0, toEvent(fact, woven, { place, lastTs: context.lastTs }));
  }
  return { events: woven, settled };
}

function placeOf(fact: PendingFact, events: readonly ParsedEvent[], { isLast, lastTs, startedMs }: WeaveContext): number | "later" | "never" {
  const isInTime = startsInTime(fact, startedMs);
  if (isInTime !== true) return isInTime === undefined ? "later" : "never";
  const ms = fact.ts === undefined ? undefined : parseTime(fact.ts);
  const isStarted = events[0]?.kind.type === "session_started" ? 1 : 0;
  const at = ms === undefined ? -1 : events.findIndex((event, index) => index >= isStarted && isAfter(event.ts, ms));
  const isPast = ms !== undefined && isAfter(lastTs, ms);
  if (isPast && fact.kind.type === "session_ended") return "never";
  if (at >= 0) return at;
  return isLast ? events.length : "later";
}

/** Undefined where it is not known yet when the session began. */
function startsInTime({ startedBetweenMs }: PendingFact, startedMs: () => number | undefined): boolean | undefined {
  if (!startedBetweenMs) return true;
  const ms = startedMs();
  return ms === undefined ? undefined : ms >= startedBetweenMs[0] && ms <= startedBetweenMs[1];
}

function isAfter(ts: string | undefined, ms: number): boolean {
  const other = ts === undefined ? undefined : parseTime(ts);
  return other !== undefined && other > ms;
}

/** It counts as met when its neighbour was. */
function toEvent({ origin, kind, ts }: PendingFact, events: readonly ParsedEvent[], { place, lastTs }: { place: number; lastTs: string | undefined }): ParsedEvent {
  const neighbour = events[place] ?? events[place - 1];
  const time = ts ?? events[place - 1]?.ts ?? lastTs;
  return { origin, kind, offsetBytes: neighbour?.offsetBytes ?? Number.POSITIVE_INFINITY, ...(time === undefined ? {} : { ts: time }) };
}
