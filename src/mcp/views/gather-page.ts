import { setImmediate } from "node:timers/promises";
import type { LogLine, LogPort, Mask } from "../../schema/ports.js";
import { eventContent, type EventContent } from "./event-content.js";
import { eventJudge, type EventFilter } from "./event-filter.js";
import { unansweredToolIds, type Gathered } from "./event-page.js";
import type { CallPlace } from "./event-view.js";
import { LineWalk, noteCall } from "./line-walk.js";

/** Where a page lies: at an edge of the log, after or before a seq, between two, or around one. */
export type Place =
  | { at: "start" | "end" }
  | { at: "after"; seq: number }
  | { at: "before"; seq: number }
  | { at: "between"; afterSeq: number; beforeSeq: number }
  | { at: "around"; seq: number };

export interface PageQuery {
  place: Place;
  filter: EventFilter;
  /** Events wanted, at least 1. */
  limit: number;
  /** Code points of text in a view. */
  maxChars: number;
  /** More bytes than this are not gathered. */
  maxBytes: number;
  mask: Mask;
  signal: AbortSignal;
}

/** The lines of one session. */
export type SessionLines = Pick<LogPort, "forward" | "backward">;

/** After so many lines other work of the process gets its turn. */
const linesPerTurn = 1_000;
/** How far something to show is looked for on the side away from a page; farther off it may be there. */
const peekLines = 5_000;
/** How far before a page the call of a result is looked for. */
const callLines = 1_000;

/** Reads what a page may show, lazily and no farther than needed. A cancelled read throws the signal's reason. */
export async function gatherPage(logs: SessionLines, sessionId: string, query: PageQuery): Promise<Gathered> {
  const walks = await walkFrom(logs, sessionId, query);
  const gathered: Gathered = { ...walks, earlierCalls: new Map(), moreBehind: false, limit: query.limit };
  gathered.moreBehind = await hasMoreBehind(logs, sessionId, query);
  gathered.earlierCalls = await findCalls(logs, sessionId, gathered);
  return gathered;
}

type Walks = Pick<Gathered, "backward" | "forward">;

async function walkFrom(logs: SessionLines, sessionId: string, query: PageQuery): Promise<Walks> {
  const { place } = query;
  const forward = (afterSeq: number, beforeSeq = Infinity) => walk("forward", logs.forward(sessionId, afterSeq), { query, beforeSeq });
  const backward = (beforeSeq: number) => walk("backward", logs.backward(sessionId, beforeSeq), { query, beforeSeq: Infinity });
  switch (place.at) {
    case "start":
      return { forward: await forward(-1) };
    case "end":
      return { backward: await backward(Infinity) };
    case "after":
      return { forward: await forward(place.seq) };
    case "before":
      return { backward: await backward(place.seq) };
    case "between":
      return { forward: await forward(place.afterSeq, place.beforeSeq) };
    case "around":
      return { forward: await forward(place.seq - 1), backward: await backward(place.seq) };
  }
}

async function walk(
  direction: "forward" | "backward",
  lines: Iterable<LogLine>,
  { query, beforeSeq }: { query: PageQuery; beforeSeq: number },
): Promise<LineWalk<EventContent>> {
  const { filter, limit, maxBytes, mask, maxChars, signal } = query;
  const content = (event: LogLine["event"]) => eventContent(event, { detail: filter.detail, mask, maxChars });
  const walked = new LineWalk<EventContent>({ direction, judge: eventJudge(filter), limit, maxBytes, content });
  await visit(lines, (line) => line.seq < beforeSeq && walked.take(line), signal);
  return walked;
}

/** Feeds lines to `take` until it wants no more. */
export async function visit(lines: Iterable<LogLine>, take: (line: LogLine) => boolean, signal: AbortSignal): Promise<void> {
  let count = 0;
  for (const line of lines) {
    count += 1;
    if (count % linesPerTurn === 0) {
      await setImmediate();
      signal.throwIfAborted();
    }
    if (!take(line)) return;
  }
}

/** Whether something to show lies on the side of the place to which the page does not go. A window has no such side. */
async function hasMoreBehind(logs: SessionLines, sessionId: string, { place, filter, signal }: PageQuery): Promise<boolean> {
  if (place.at !== "after" && place.at !== "before") return false;
  const behind = place.at === "after" ? logs.backward(sessionId, place.seq + 1) : logs.forward(sessionId, place.seq - 1);
  const judge = eventJudge(filter);
  let looked = 0;
  let found = false;
  await visit(behind, ({ event }) => {
    looked += 1;
    found = judge(event) === "shown" || looked > peekLines;
    return !found;
  }, signal);
  return found;
}

/** Calls that lie before the page and are answered in it. */
async function findCalls(logs: SessionLines, sessionId: string, gathered: Gathered): Promise<Map<string, CallPlace[]>> {
  const calls = new Map<string, CallPlace[]>();
  const wanted = unansweredToolIds(gathered);
  if (wanted.size === 0) return calls;
  let left = callLines;
  for (const { event } of logs.backward(sessionId, firstSeqOf(gathered))) {
    noteCall(calls, event);
    for (const id of wanted) if (calls.has(id)) wanted.delete(id);
    left -= 1;
    if (wanted.size === 0 || left === 0) break;
  }
  return calls;
}

/** Least seq that the page may show. */
function firstSeqOf({ backward, forward }: Gathered): number {
  const seqs = [...(backward?.items ?? []), ...(forward?.items ?? [])].map(({ event }) => event.seq);
  return Math.min(...seqs);
}
