import { z } from "zod";
import { CoreError } from "../errors.js";
import { cursorValue, digestOfAsked, isOfSameTimes } from "../schema/cursor.js";
import type { SessionQuery } from "../schema/ports.js";

/** A place in a walk through a list: behind which session the next page begins, and in which order the walk goes. */
export const ListCursor = z.object({
  /** Digest of the filters. */
  filters: z.string(),
  /** Catalogue that gave it out, and its version when the walk began. */
  identity: z.string(),
  version: z.number().int(),
  /** When the walk began, in milliseconds since the epoch. */
  beganMs: z.number(),
  sinceMs: z.number().optional(),
  untilMs: z.number().optional(),
  /** The session behind which to go on: time of its last event when the walk began, and its folded id. */
  lastMs: z.number(),
  idKey: z.string(),
});
export type ListCursor = z.infer<typeof ListCursor>;

/**
 * @throws {CoreError} `INVALID_CURSOR` where `text` is no cursor of a list, or one of other filters than those of `query`.
 */
export function decodeCursor(text: string, query: SessionQuery, nowMs: number): ListCursor {
  const parsed = ListCursor.safeParse(cursorValue(text));
  if (!parsed.success) throw new CoreError("INVALID_CURSOR", "The cursor is none of a session list. Ask again without it.");
  const cursor = parsed.data;
  if (cursor.filters === filtersDigest(query) && isOfSameTimes(cursor, query, nowMs)) return cursor;
  throw new CoreError("INVALID_CURSOR", "The cursor belongs to a list with other filters. Repeat them, or ask again without it.");
}

/** What tells the filters of two queries apart, but for times. */
export function filtersDigest({ provider, workspace, file, status, text, includeChildren }: SessionQuery): string {
  return digestOfAsked([provider, workspace, file, status, text || undefined, includeChildren]);
}
