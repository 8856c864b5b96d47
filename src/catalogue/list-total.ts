import type { SessionQuery } from "../schema/ports.js";
import { where } from "./list-page.js";
import { filterConditions, timeConditions, workspaceCondition, type Condition } from "./session-filter.js";
import type { SessionTable } from "./session-table.js";

/**
 * How many sessions a query finds. Provider, workspace and status are counted as sessions are written; times, text and files are
 * counted on the spot.
 */
export function totalOf(table: SessionTable, query: SessionQuery, live: readonly number[]): number {
  const { text, file, sinceMs, untilMs, status } = query;
  const isTallied = !text && file === undefined && sinceMs === undefined && untilMs === undefined;
  if (!isTallied || status === "live") return countOf(table, query, live);
  const tallied = tallyOf(table, query);
  return status === "stale" ? tallied - countOf(table, { ...query, status: "live" }, live) : tallied;
}

function tallyOf(table: SessionTable, query: SessionQuery): number {
  const conditions: Condition[] = [];
  if (!query.includeChildren) conditions.push({ sql: "child = 0", params: [] });
  if (query.provider !== undefined) conditions.push({ sql: "provider = ?", params: [query.provider] });
  if (query.workspace !== undefined) conditions.push(workspaceCondition(query.workspace, "workspace"));
  if (query.status !== undefined) conditions.push({ sql: `ended = ${query.status === "ended" ? 1 : 0}`, params: [] });
  return table.number(`SELECT SUM(sessions) FROM tallies ${where(conditions)}`, ...conditions.flatMap(({ params }) => params));
}

function countOf(table: SessionTable, query: SessionQuery, live: readonly number[]): number {
  const conditions = [...filterConditions(query, live), ...timeConditions(query, "s.last_ms")];
  if (query.workspace !== undefined) conditions.push(workspaceCondition(query.workspace, "s.workspace"));
  return table.count(`SELECT COUNT(*) FROM sessions s ${where(conditions)}`, ...conditions.flatMap(({ params }) => params));
}
