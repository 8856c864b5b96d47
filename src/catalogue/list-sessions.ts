import type { SessionPage, SessionQuery } from "../schema/ports.js";
import { encodeCursor } from "../schema/cursor.js";
import { filtersDigest, type ListCursor } from "./list-cursor.js";
import { beginWalk, identityOf, pageOf, walkOf, type Placed, type Walk } from "./list-page.js";
import { totalOf } from "./list-total.js";
import type { SessionTable } from "./session-table.js";
import { viewRow } from "./session-view.js";

/**
 * A page of sessions, within a transaction that writes: a page that begins a walk says so.
 * @param options.cursor The page's place; undefined for the first page. @param options.live Rows (`n`) of the live sessions.
 */
export function listSessions(
  table: SessionTable,
  query: SessionQuery,
  options: { cursor: ListCursor | undefined; live: readonly number[]; nowMs: number },
): SessionPage {
  const { cursor, live, nowMs } = options;
  const asked = cursor ? withTimesOf(cursor, query) : query;
  const walk = walkOf(cursor, table, nowMs);
  const placed = pageOf(table, asked, { walk, live, limit: asked.limit + 1 });
  const shown = placed.slice(0, asked.limit);
  if (placed.length > 1) beginWalk(table, walk.version);
  const toCursor = cursorMaker(table, asked, { cursor, walk, nowMs });
  return {
    sessions: shown.flatMap(({ n }) => {
      const row = table.byNumber(n);
      return row ? [viewRow(table, row, live)] : [];
    }),
    total: totalOf(table, asked, live),
    cursorAfter: shown.map((place, nth) => (nth + 1 < placed.length ? toCursor(place) : undefined)),
  };
}

function cursorMaker(
  table: SessionTable,
  query: SessionQuery,
  { cursor, walk, nowMs }: { cursor: ListCursor | undefined; walk: Walk; nowMs: number },
): (place: Placed) => string {
  const { sinceMs, untilMs } = query;
  const identity = identityOf(table);
  const goesOn = cursor !== undefined && cursor.identity === identity && cursor.version === walk.version;
  const walkPart = { filters: filtersDigest(query), identity, version: walk.version, beganMs: goesOn ? cursor.beganMs : nowMs };
  const times = { ...(sinceMs === undefined ? {} : { sinceMs }), ...(untilMs === undefined ? {} : { untilMs }) };
  return ({ lastMs, idKey }) => encodeCursor({ ...walkPart, ...times, lastMs, idKey });
}

/** Filters given as ages mean the same time on every page of a walk. */
function withTimesOf({ sinceMs, untilMs }: ListCursor, query: SessionQuery): SessionQuery {
  return { ...query, ...(sinceMs === undefined ? {} : { sinceMs }), ...(untilMs === undefined ? {} : { untilMs }) };
}
