import type { LogCompleteness } from "../schema/event.js";

const rank: Readonly<Record<LogCompleteness, number>> = { full: 3, partial: 2, metadata_only: 1 };

/** The one that promises less. Completeness of a log only ever falls: full → partial → metadata_only. */
export function lesserCompleteness(one: LogCompleteness, other: LogCompleteness): LogCompleteness {
  return rank[other] < rank[one] ? other : one;
}
