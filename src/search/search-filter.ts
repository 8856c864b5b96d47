import type { Prepared } from "../io/prepared.js";
import type { SqlValue } from "../io/sqlite.js";
import { belowRange, isWholePath, pathKey, reversedKey } from "../log/path-key.js";
import { foldSessionId } from "../schema/session-id.js";
import type { SearchQuery } from "../schema/ports.js";
import { typeOfRole } from "./event-texts.js";
import { allKinds } from "./kind-table.js";
import { asksForOwnTools } from "./own-tools.js";
import type { EventKind } from "./row-state.js";
import { toIndexedLog, type IndexedLog } from "./session-rows.js";

/** What a query asks of events, but for their text. */
export interface SearchFilter {
  /** Sessions to look into; undefined: all. */
  sessions: IndexedLog[] | undefined;
  /** The asking session, whose matches are left out and counted. */
  asking: IndexedLog | undefined;
  /** Whether events of that type can be asked for. */
  asksForType(type: string): boolean;
  /** Whether an event of that kind is asked for. */
  asksFor(kind: EventKind): boolean;
  /** Whether events of that kind are left out and counted. */
  leavesOut(kind: EventKind): boolean;
  sinceMs: number | undefined;
  untilMs: number | undefined;
  /** Numbers of the files of which one was read or changed; undefined: any event. */
  files: number[] | undefined;
}

/** The filter of a query, by what the index knows now. */
export function filterOf(table: Prepared, query: SearchQuery): SearchFilter {
  const { askingSessionId, sessionId, tool, role, sinceMs, untilMs } = query;
  const isAsked = sessionId !== undefined && askingSessionId !== undefined && foldSessionId(sessionId) === foldSessionId(askingSessionId);
  const asking = askingSessionId === undefined || isAsked ? undefined : sessionsWhere(table, "id_key = ?", [foldSessionId(askingSessionId)])[0];
  const types = query.types && new Set(query.types);
  const toolKinds = query.toolKinds && new Set(query.toolKinds);
  const asksForType = (type: string): boolean => (!types || types.has(type)) && (role === undefined || type === typeOfRole[role]);
  const keepsOwn = tool !== undefined && asksForOwnTools(tool);
  return {
    sessions: sessionsOf(table, query),
    asking,
    asksForType,
    asksFor: (kind) =>
      asksForType(kind.type) &&
      (tool === undefined || isNamed(kind.tool, tool)) &&
      (!toolKinds || toolKinds.has(kind.toolKind)),
    leavesOut: (kind) => kind.own && !keepsOwn,
    sinceMs,
    untilMs,
    files: query.file === undefined ? undefined : filesLike(table, query.file),
  };
}

/** Numbers of kinds. */
export interface AskedKinds {
  /** Those that are asked for; undefined: all. */
  asked: number[] | undefined;
  /** Those among them that are left out and counted. */
  leftOut: number[];
}

export function kindsOf(table: Prepared, filter: SearchFilter): AskedKinds {
  const kinds = [...allKinds(table)];
  const asked = kinds.filter(([, kind]) => filter.asksFor(kind));
  const leftOut = asked.filter(([, kind]) => filter.leavesOut(kind)).map(([number]) => number);
  return { asked: asked.length === kinds.length ? undefined : asked.map(([number]) => number), leftOut };
}

function sessionsOf(table: Prepared, { provider, workspace, sessionId }: SearchQuery): IndexedLog[] | undefined {
  const conditions: string[] = [];
  const params: SqlValue[] = [];
  const add = (sql: string, ...values: SqlValue[]): void => {
    conditions.push(sql);
    params.push(...values);
  };
  if (provider !== undefined) add("provider = ?", provider);
  if (sessionId !== undefined) add("id_key = ?", foldSessionId(sessionId));
  if (workspace !== undefined) {
    const key = pathKey(workspace);
    const { from, to } = belowRange(key);
    add("(workspace = ? OR (workspace >= ? AND workspace < ?))", key, from, to);
  }
  return conditions.length === 0 ? undefined : sessionsWhere(table, conditions.join(" AND "), params);
}

/** @param sql One of few. */
function sessionsWhere(table: Prepared, sql: string, params: readonly SqlValue[]): IndexedLog[] {
  return table.all(`SELECT * FROM sessions WHERE ${sql}`, ...params).map(toIndexedLog);
}

/** A whole path is compared as it is, any other with the ends of those that tools touched. */
function filesLike(table: Prepared, file: string): number[] {
  const key = pathKey(file);
  const reversed = reversedKey(key);
  const { from, to } = belowRange(reversed);
  const rows = isWholePath(key)
    ? table.all("SELECT f FROM files WHERE reversed = ?", reversed)
    : table.all("SELECT f FROM files WHERE reversed = ? OR (reversed >= ? AND reversed < ?)", reversed, from, to);
  return rows.map((row) => Number(row["f"]));
}

function isNamed(tool: string, filter: string): boolean {
  const [name, wanted] = [tool.toLowerCase(), filter.toLowerCase()];
  return wanted.endsWith("*") ? tool !== "" && name.startsWith(wanted.slice(0, -1)) : name === wanted;
}
