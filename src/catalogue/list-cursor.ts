import { createHash } from "node:crypto";
import { z } from "zod";
import { CoreError } from "../errors.js";
import type { SessionQuery } from "../schema/ports.js";
import { isSameMoment } from "../schema/time.js";

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

/** Any place in a walk as the text that answers hold. */
export function encodeCursor(cursor: object): string {
  return Buffer.from(JSON.stringify(cursor)).toString("base64url");
}

/**
 * @throws {CoreError} `INVALID_CURSOR` where `text` is no cursor of a list, or one of other filters than those of `query`.
 */
export function decodeCursor(text: string, query: SessionQuery, nowMs: number): ListCursor {
  const parsed = ListCursor.safeParse(cursorValue(text));
  if (!parsed.success) throw new CoreError("INVALID_CURSOR", "The cursor is none of a session list. Ask again without it.");
  const cursor = parsed.data;
  const elapsedMs = nowMs - cursor.beganMs;
  const fits =
    cursor.filters === filtersDigest(query) &&
    isSameMoment(cursor.sinceMs, query.sinceMs, elapsedMs) &&
    isSameMoment(cursor.untilMs, query.untilMs, elapsedMs);
  if (!fits) throw new CoreError("INVALID_CURSOR", "The cursor belongs to a list with other filters. Repeat them, or ask again without it.");
  return cursor;
}

/** What tells the filters of two queries apart, but for times. */
export function filtersDigest({ provider, workspace, file, status, text, includeChildren }: SessionQuery): string {
  const filters = JSON.stringify([provider, workspace, file, status, text || undefined, includeChildren]);
  return createHash("sha256").update(filters).digest("base64url").slice(0, 16);
}

/** What a cursor's text holds; undefined where it is none. */
export function cursorValue(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
