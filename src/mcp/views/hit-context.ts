import type { AnyLogEvent } from "../../schema/event.js";
import type { LogLine, Mask, SearchHit } from "../../schema/ports.js";
import { eventJudge } from "./event-filter.js";
import { eventBody, eventView } from "./event-view.js";
import type { SessionLines } from "./gather-page.js";
import { maxHitChars } from "./hit-text.js";

/** How far neighbours are looked for, to either side. */
const farthestLines = 500;

/**
 * The events around a hit, `count` to either side, in log order and without the hit: those of its own agent that a brief page
 * would show, each cut like a hit.
 */
export function hitContext(lines: SessionLines, hit: SearchHit, { count, mask }: { count: number; mask: Mask }): Record<string, unknown>[] {
  if (count === 0) return [];
  const behind = lines.forward(hit.sessionId, hit.seq - 1)[Symbol.iterator]();
  const agent = agentOf(behind.next().value as LogLine | undefined);
  const isShown = (event: AnyLogEvent): boolean => event.seq !== hit.seq && eventJudge({ agent, detail: "brief" })(event) === "shown";
  const before = take(lines.backward(hit.sessionId, hit.seq), count, isShown).reverse();
  const after = take({ [Symbol.iterator]: () => behind }, count, isShown);
  return [...before, ...after].map((event) => ({ ...eventView(event, eventBody(event, { mask, maxChars: maxHitChars }), { showTime: false }) }));
}

function agentOf(line: LogLine | undefined): string {
  return typeof line?.event.agent_id === "string" ? line.event.agent_id : "main";
}

function take(lines: Iterable<LogLine>, count: number, isShown: (event: AnyLogEvent) => boolean): AnyLogEvent[] {
  const events: AnyLogEvent[] = [];
  let looked = 0;
  for (const { event } of lines) {
    looked += 1;
    if (isShown(event)) events.push(event);
    if (events.length === count || looked === farthestLines) break;
  }
  return events;
}
