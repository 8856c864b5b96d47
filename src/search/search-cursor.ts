import { z } from "zod";
import { CoreError } from "../errors.js";
import { cursorValue, digestOfAsked, isOfSameTimes } from "../schema/cursor.js";
import type { SearchQuery } from "../schema/ports.js";

/** A place in a walk through the hits of a search: the hit behind which the next page begins. */
export const SearchCursor = z.object({
  /** Digest of what was asked. */
  asked: z.string(),
  /** When the walk began, in milliseconds since the epoch. */
  beganMs: z.number(),
  sinceMs: z.number().optional(),
  untilMs: z.number().optional(),
  /** The hit: time, folded id of its session, start of its line. */
  ms: z.number(),
  idKey: z.string(),
  offsetBytes: z.number(),
  /** By relevance: which ranking the walk goes through, and how many hits of it were given. */
  ranking: z.string().optional(),
  given: z.number().int().nonnegative().optional(),
});
export type SearchCursor = z.infer<typeof SearchCursor>;

/** @throws {CoreError} `INVALID_CURSOR` where `text` is no cursor of a search, or one of another search than `query`. */
export function decodeCursor(text: string, query: SearchQuery, nowMs: number): SearchCursor {
  const parsed = SearchCursor.safeParse(cursorValue(text));
  if (!parsed.success) throw new CoreError("INVALID_CURSOR", "The cursor is none of a search. Ask again without it.");
  const cursor = parsed.data;
  if (cursor.asked === digestOf(query) && isOfSameTimes(cursor, query, nowMs)) return cursor;
  throw new CoreError("INVALID_CURSOR", "The cursor belongs to another search. Repeat its query and filters, or ask again without it.");
}

/** What tells two searches apart, but for times and the length of a page. */
export function digestOf(query: SearchQuery): string {
  const { match, caseSensitive, provider, workspace, file, sessionId, types, role, tool, toolKinds, sort, askingSessionId } = query;
  return digestOfAsked([query.query, match, caseSensitive, provider, workspace, file, sessionId, types, role, tool, toolKinds, sort, askingSessionId]);
}
