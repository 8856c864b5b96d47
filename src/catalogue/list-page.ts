import type { SessionQuery } from "../schema/ports.js";
import { belowRange, pathKey } from "../log/path-key.js";
import { filterConditions, timeConditions, workspaceCondition, type Condition } from "./session-filter.js";
import { walkMs, type SessionTable } from "./session-table.js";
import type { ListCursor } from "./list-cursor.js";

/*
 * A list is in the order of the last event, newest first, then of the id. Sessions move up in it while somebody walks through its
 * pages, so a walk keeps the order in which it began: its cursors name the catalogue's version at that moment, and the first
 * move of a session after it leaves its old place in `moves`. A page is then a merge of the sessions that did not move since
 * and of those that did, each at its old place; sessions that are newer than the walk are not in it. An index gives either part
 * in order, so that a page costs a page.
 */

/** A session's place in a list. */
export interface Placed {
  n: number;
  idKey: string;
  lastMs: number;
}

/** The order that a page keeps to: the catalogue as it is, or a walk that began earlier. */
export interface Walk {
  version: number;
  after?: { lastMs: number; idKey: string };
}

/** So many workspaces below the asked one are looked up one by one, each in its own order; more are found along the way. */
const mostWorkspaces = 64;

/** The walk that a cursor goes on with; the order as it now is, from the same place, where its own is no longer kept. */
export function walkOf(cursor: ListCursor | undefined, table: SessionTable, nowMs: number): Walk {
  if (!cursor) return { version: table.version() };
  const after = { lastMs: cursor.lastMs, idKey: cursor.idKey };
  const isKept = cursor.identity === identityOf(table) && nowMs - cursor.beganMs < walkMs;
  return { version: isKept ? cursor.version : table.version(), after };
}

export function identityOf(table: SessionTable): string {
  return String(table.sql("SELECT identity FROM catalogue").get()?.["identity"]);
}

/** Makes sure that moves from now on leave their old place, for walks that begin at this version. Within a transaction. */
export function beginWalk(table: SessionTable, version: number): void {
  table.sql("UPDATE catalogue SET last_walk = ?1 WHERE last_walk < ?1").run(version);
}

/** The first `limit` sessions of a query behind the walk's place. */
export function pageOf(table: SessionTable, query: SessionQuery, options: { walk: Walk; live: readonly number[]; limit: number }): Placed[] {
  const { walk, live, limit } = options;
  const filters = filterConditions(query, live);
  const moved = movedSince(table, query, { filters, walk, limit });
  const unmoved = workspaceParts(table, query).flatMap((workspace) => unmovedSince(table, query, { filters: [...filters, ...workspace], walk, limit }));
  return [...unmoved, ...moved].sort(newestFirst).slice(0, limit);
}

function unmovedSince(table: SessionTable, query: SessionQuery, options: { filters: Condition[]; walk: Walk; limit: number }): Placed[] {
  const { walk, limit } = options;
  const conditions = [...options.filters, ...timeConditions(query, "s.last_ms"), ...seek(walk, "s.last_ms")];
  if (walk.after) conditions.push({ sql: "s.moved_version <= ?", params: [walk.version] });
  const sql = `SELECT s.n, s.id_key, s.last_ms FROM sessions s ${where(conditions)} ORDER BY s.last_ms DESC, s.id_key LIMIT ?`;
  return table.all(sql, ...conditions.flatMap(({ params }) => params), limit).map(toPlaced);
}

function movedSince(table: SessionTable, query: SessionQuery, options: { filters: Condition[]; walk: Walk; limit: number }): Placed[] {
  const { walk, limit } = options;
  if (!walk.after) return [];
  const workspace = query.workspace === undefined ? [] : [workspaceCondition(query.workspace, "+s.workspace")];
  const conditions = [
    { sql: "s.created_version <= ?", params: [walk.version] },
    ...options.filters,
    ...workspace,
    ...timeConditions(query, "m.last_ms"),
    ...seek(walk, "m.last_ms"),
  ];
  const sql = `SELECT s.n, s.id_key, m.last_ms FROM (SELECT n, MIN(version) AS version FROM moves WHERE version > ? GROUP BY n) first
    CROSS JOIN moves m ON m.n = first.n AND m.version = first.version CROSS JOIN sessions s ON s.n = m.n
    ${where(conditions)} ORDER BY m.last_ms DESC, s.id_key LIMIT ?`;
  return table.all(sql, walk.version, ...conditions.flatMap(({ params }) => params), limit).map(toPlaced);
}

/** Conditions on the workspace whose results together are the query's: one for each workspace where they are few. */
function workspaceParts(table: SessionTable, { workspace }: SessionQuery): Condition[][] {
  if (workspace === undefined) return [[]];
  const key = pathKey(workspace);
  const { from, to } = belowRange(key);
  const rows = table.all(
    "SELECT DISTINCT workspace FROM tallies WHERE sessions > 0 AND (workspace = ? OR (workspace >= ? AND workspace < ?)) LIMIT ?",
    key,
    from,
    to,
    mostWorkspaces + 1,
  );
  if (rows.length > mostWorkspaces) return [[workspaceCondition(workspace, "+s.workspace")]];
  return rows.map((row) => [{ sql: "s.workspace = ?", params: [row["workspace"] ?? ""] }]);
}

function seek({ after }: Walk, column: string): Condition[] {
  if (!after) return [];
  return [
    { sql: `${column} <= ?`, params: [after.lastMs] },
    { sql: `(${column} < ? OR s.id_key > ?)`, params: [after.lastMs, after.idKey] },
  ];
}

export function where(conditions: readonly Condition[]): string {
  return conditions.length === 0 ? "" : `WHERE ${conditions.map(({ sql }) => sql).join(" AND ")}`;
}

function toPlaced(row: Readonly<Record<string, unknown>>): Placed {
  return { n: Number(row["n"]), idKey: String(row["id_key"]), lastMs: Number(row["last_ms"]) };
}

function newestFirst(one: Placed, other: Placed): number {
  if (one.lastMs !== other.lastMs) return other.lastMs - one.lastMs;
  return compareKeys(one.idKey, other.idKey);
}

function compareKeys(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
