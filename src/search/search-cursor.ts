import { createHash } from "node:crypto";
import { z } from "zod";
import { CoreError } from "../errors.js";
import { parseJson } from "../log/parse-json.js";
import type { SearchQuery } from "../schema/ports.js";
import { isSameMoment } from "../schema/time.js";

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

export function encodeCursor(cursor: SearchCursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString("base64url");
}

/** @throws {CoreError} `INVALID_CURSOR` where `text` is no cursor of a search, or one of another search than `query`. */
export function decodeCursor(text: string, query: SearchQuery, nowMs: number): SearchCursor {
  const parsed = SearchCursor.safeParse(parseJson(Buffer.from(text, "base64url").toString("utf8")));
  if (!parsed.success) throw new CoreError("INVALID_CURSOR", "The cursor is none of a search. Ask again without it.");
  const cursor = parsed.data;
  const elapsedMs = nowMs - cursor.beganMs;
  const fits =
    cursor.asked === digestOf(query) &&
    isSameMoment(cursor.sinceMs, query.sinceMs, elapsedMs) &&
    isSameMoment(cursor.untilMs, query.untilMs, elapsedMs);
  if (!fits) throw new CoreError("INVALID_CURSOR", "The cursor belongs to another search. Repeat its query and filters, or ask again without it.");
  return cursor;
}

/** What tells two searches apart, but for times and the length of a page. */
export function digestOf(query: SearchQuery): string {
  const { match, caseSensitive, provider, workspace, file, sessionId, types, role, tool, toolKinds, sort, askingSessionId } = query;
  const asked = [query.query, match, caseSensitive, provider, workspace, file, sessionId, types, role, tool, toolKinds, sort, askingSessionId];
  return createHash("sha256").update(JSON.stringify(asked)).digest("base64url").slice(0, 16);
}
