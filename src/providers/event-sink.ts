import { isTime } from "../schema/time.js";
import type { ParsedEvent } from "./provider.js";

/** Where a parser's events go during one call of `parse`: out, or into what is held back until the session's start can be said. */
export abstract class EventSink<State> {
  readonly events: ParsedEvent[] = [];
  readonly agents: { agentId: string; parentToolId: string }[] = [];
  readonly state: State;

  constructor(state: State) {
    this.state = state;
  }

  /** What is held back; undefined where the session's start has been said. */
  protected abstract held(): ParsedEvent[] | undefined;

  push(event: ParsedEvent): void {
    (this.held() ?? this.events).push(event);
  }

  /** Notes which call spawned a sub-agent. */
  link(agentId: string | undefined, parentToolId: string | undefined): void {
    if (agentId && parentToolId) this.agents.push({ agentId, parentToolId });
  }
}

/**
 * The time of a record: its own, else that of the record before it, else "".
 * @param last Where the time of the last record is kept; changed where the record has one.
 */
export function timeOfRecord(last: { ts: string }, own: string | undefined): string {
  if (own !== undefined && isTime(own)) last.ts = own;
  return last.ts;
}
