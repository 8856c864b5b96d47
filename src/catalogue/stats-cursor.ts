import { z } from "zod";
import { CoreError } from "../errors.js";
import { cursorValue, digestOfAsked, isOfSameTimes } from "../schema/cursor.js";
import type { StatsQuery } from "../schema/ports.js";
import { filtersDigest } from "./list-cursor.js";

/** A place in a walk through groups: behind which group the next page begins. */
export const StatsCursor = z.object({
  /** Digest of the filters and the grouping. */
  asked: z.string(),
  sinceMs: z.number().optional(),
  untilMs: z.number().optional(),
  /** When the walk began, in milliseconds since the epoch. */
  beganMs: z.number(),
  /** The walk's order, kept by the process that began it, and the place in it. */
  walk: z.string(),
  index: z.number().int(),
  /** The group itself as it was, for where that order is no longer kept. */
  tokens: z.number(),
  events: z.number(),
  /** Digest of its key, which is recorded text. */
  key: z.string(),
});
export type StatsCursor = z.infer<typeof StatsCursor>;

/** @throws {CoreError} `INVALID_CURSOR` where `text` is no cursor of statistics, or one of another query than `query`. */
export function decodeStatsCursor(text: string, query: StatsQuery, nowMs: number): StatsCursor {
  const parsed = StatsCursor.safeParse(cursorValue(text));
  if (!parsed.success) throw new CoreError("INVALID_CURSOR", "The cursor is none of session_stats. Ask again without it.");
  const cursor = parsed.data;
  if (cursor.asked === askedDigest(query) && isOfSameTimes(cursor, query, nowMs)) return cursor;
  throw new CoreError("INVALID_CURSOR", "The cursor belongs to statistics with other filters or groups. Repeat them, or ask again without it.");
}

/** What stands for a group's key in a cursor. */
export function keyDigest(key: string): string {
  return digestOfAsked([key]);
}

/** What tells two queries apart, but for times. */
export function askedDigest(query: StatsQuery): string {
  return digestOfAsked([filtersDigest(query), query.sessionId, query.groupBy, query.timeZone]);
}
