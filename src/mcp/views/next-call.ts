import { defaultEvents, defaultMaxBytes } from "../arguments/budget.js";
import { withoutUndefined } from "../arguments/without-undefined.js";
import type { Detail } from "./event-filter.js";

/** The next useful call as text: the tool's name and its arguments as JSON. Holds ids, seqs and the caller's own filters only. */
export function nextCall(tool: string, args: Readonly<Record<string, unknown>>): string {
  return `${tool} ${JSON.stringify(args)}`;
}

/** What a caller chose of the events to come; the tools' own defaults are not said again. */
export interface EventChoice {
  types?: readonly string[] | undefined;
  agent?: string | undefined;
  detail: Detail;
  limit: number;
  max_bytes: number;
}

/** The caller's choice as arguments of the next call, so that it goes on with it. */
export function choiceAgain({ types, agent, detail, limit, max_bytes }: EventChoice): Record<string, unknown> {
  return withoutUndefined({
    types,
    agent,
    detail: detail === "brief" ? undefined : detail,
    limit: limit === defaultEvents ? undefined : limit,
    max_bytes: max_bytes === defaultMaxBytes ? undefined : max_bytes,
  });
}
