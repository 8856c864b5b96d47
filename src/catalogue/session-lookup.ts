import { foldSessionId } from "../schema/session-id.js";
import { belowRange, pathKey } from "../log/path-key.js";
import type { SessionTable } from "./session-table.js";

/** A session as lookups tell it apart. */
export interface Found {
  n: number;
  id: string;
  provider: string;
  workspace: string;
  lastMs: number;
}

const columns = "n, id, id_key, provider, workspace, last_ms";
const newest = "ORDER BY last_ms DESC, id_key";
/** Follows every other character in the order of bytes. */
const lastCharacter = "\u{10FFFF}";
const longestClearChain = 1000;

export function byWholeId(table: SessionTable, id: string): Found | undefined {
  return first(table.all(`SELECT ${columns} FROM sessions WHERE id_key = ?`, foldSessionId(id)));
}

/** Sessions that ever had that provider id, the one written last first. @param provider Only those of that provider. */
export function byAlias(table: SessionTable, alias: string, provider?: string): Found[] {
  const sql = `SELECT ${columns} FROM sessions WHERE n IN (SELECT n FROM aliases WHERE alias_key = ?)`;
  const rows = table.all(`${sql} ${newest}`, foldSessionId(alias)).map(toFound);
  return provider === undefined ? rows : rows.filter((found) => found.provider === provider);
}

/** Sessions of which an id, ours or the provider's, begins so; at most `limit`, the one written last first. */
export function byPrefix(table: SessionTable, prefix: string, limit: number): Found[] {
  const from = foldSessionId(prefix);
  const sql = `SELECT ${columns} FROM sessions WHERE n IN (SELECT n FROM sessions WHERE id_key >= ?1 AND id_key < ?2
    UNION SELECT n FROM aliases WHERE alias_key >= ?1 AND alias_key < ?2)`;
  return table.all(`${sql} ${newest} LIMIT ?3`, from, from + lastCharacter, limit).map(toFound);
}

/** Sessions whose own id begins so; at most `limit`, the one written last first. */
export function byOwnPrefix(table: SessionTable, prefix: string, limit: number): Found[] {
  const from = foldSessionId(prefix);
  const sql = `SELECT ${columns} FROM sessions WHERE id_key >= ? AND id_key < ? ${newest} LIMIT ?`;
  return table.all(sql, from, from + lastCharacter, limit).map(toFound);
}

/** The session with the latest event of all. */
export function latest(table: SessionTable): Found | undefined {
  return first(table.all(`SELECT ${columns} FROM sessions ${newest} LIMIT 1`));
}

/**
 * The session in that folder or below whose last event is the latest, of those that no other session spawned.
 * @param before Only those that stand behind this one.
 */
export function latestIn(table: SessionTable, workspace: string, before?: Found): Found | undefined {
  const key = pathKey(workspace);
  const { from, to } = belowRange(key);
  const place = "child = 0 AND (+workspace = ? OR (+workspace >= ? AND +workspace < ?))";
  if (!before) return first(table.all(`SELECT ${columns} FROM sessions WHERE ${place} ${newest} LIMIT 1`, key, from, to));
  const behind = "last_ms <= ? AND (last_ms < ? OR id_key > ?)";
  const sql = `SELECT ${columns} FROM sessions WHERE ${place} AND ${behind} ${newest} LIMIT 1`;
  return first(table.all(sql, key, from, to, before.lastMs, before.lastMs, foldSessionId(before.id)));
}

/**
 * The session that an agent with that provider id writes now: the last known one of the ids that took its place after a clear,
 * else its own.
 */
export function successorOf(table: SessionTable, providerSessionId: string): Found | undefined {
  let found: Found | undefined;
  let ids = [providerSessionId];
  const seen = new Set<string>();
  while (ids.length > 0 && seen.size < longestClearChain) {
    const known = ids.map((id) => byAlias(table, id)[0] ?? byWholeId(table, id)).filter((one) => one !== undefined);
    found = newestOf(known) ?? found;
    for (const id of ids) seen.add(foldSessionId(id));
    const next = ids.flatMap((id) => table.all("SELECT new_id FROM successors WHERE old_key = ?", foldSessionId(id)));
    ids = [...new Set(next.map((row) => String(row["new_id"])))].filter((id) => !seen.has(foldSessionId(id)));
  }
  return found;
}

/** Ids near `ref` in spelling: those that begin as it does, and the newest ones. */
export function idsNear(table: SessionTable, ref: string, limit: number): string[] {
  const near = new Set<string>();
  for (let length = Math.min(ref.length, 12); length >= 1 && near.size < limit; length -= 1) {
    for (const { id } of byPrefix(table, ref.slice(0, length), limit)) near.add(id);
  }
  for (const row of table.all(`SELECT id FROM sessions ${newest} LIMIT ?`, limit)) near.add(String(row["id"]));
  return [...near];
}

function newestOf(found: readonly Found[]): Found | undefined {
  return found.toSorted((one, other) => other.lastMs - one.lastMs)[0];
}

function first(rows: readonly Readonly<Record<string, unknown>>[]): Found | undefined {
  const [row] = rows;
  return row && toFound(row);
}

function toFound(row: Readonly<Record<string, unknown>>): Found {
  return {
    n: Number(row["n"]),
    id: String(row["id"]),
    provider: String(row["provider"]),
    workspace: String(row["workspace"]),
    lastMs: Number(row["last_ms"]),
  };
}
