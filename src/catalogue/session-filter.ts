import type { SqlValue } from "../io/sqlite.js";
import type { SessionQuery } from "../schema/ports.js";
import { belowRange, isWholePath, pathKey, reversedKey } from "../log/path-key.js";
import { searchKey } from "./session-rows.js";

/** Part of a WHERE over `sessions s`, with the values of its `?`. */
export interface Condition {
  sql: string;
  params: SqlValue[];
}

/** What a query asks of the sessions, but for time and workspace. @param live Rows (`n`) of the sessions that are live. */
export function filterConditions(query: SessionQuery, live: readonly number[]): Condition[] {
  const conditions: Condition[] = [];
  if (!query.includeChildren) conditions.push({ sql: "s.child = 0", params: [] });
  if (query.provider !== undefined) conditions.push({ sql: "s.provider = ?", params: [query.provider] });
  if (query.text) conditions.push({ sql: "instr(s.search_text, ?) > 0", params: [searchKey(query.text)] });
  if (query.file !== undefined) conditions.push(fileCondition(query.file));
  if (query.status !== undefined) conditions.push(...statusConditions(query.status, live));
  return conditions;
}

/** Sessions in a folder or below it. @param column `s.workspace`, or with a `+` where no index shall be used for it. */
export function workspaceCondition(workspace: string, column: string): Condition {
  const key = pathKey(workspace);
  const { from, to } = belowRange(key);
  return { sql: `(${column} = ? OR (${column} >= ? AND ${column} < ?))`, params: [key, from, to] };
}

/** `since` and `until`, both inclusive, on the time of the last event. @param column Where that time stands. */
export function timeConditions({ sinceMs, untilMs }: { sinceMs?: number; untilMs?: number }, column: string): Condition[] {
  const conditions: Condition[] = [];
  if (sinceMs !== undefined) conditions.push({ sql: `${column} >= ?`, params: [sinceMs] });
  if (untilMs !== undefined) conditions.push({ sql: `${column} <= ?`, params: [untilMs] });
  return conditions;
}

/** A whole path is compared as it is, any other with the ends of those that tools touched. */
function fileCondition(file: string): Condition {
  const key = pathKey(file);
  const reversed = reversedKey(key);
  const { from, to } = belowRange(reversed);
  const whole = "s.n IN (SELECT n FROM session_files WHERE reversed = ?";
  if (isWholePath(key)) return { sql: `${whole})`, params: [reversed] };
  return { sql: `${whole} OR (reversed >= ? AND reversed < ?))`, params: [reversed, from, to] };
}

function statusConditions(status: NonNullable<SessionQuery["status"]>, live: readonly number[]): Condition[] {
  if (status === "ended") return [{ sql: "s.ended = 1", params: [] }];
  const list = "(SELECT value FROM json_each(?))";
  const params = [JSON.stringify(live)];
  if (status === "live") return [{ sql: `s.n IN ${list}`, params }];
  return [
    { sql: "s.ended = 0", params: [] },
    { sql: `s.n NOT IN ${list}`, params },
  ];
}
