import { foldSessionId } from "../schema/session-id.js";
import type { SessionTable } from "./session-table.js";

const shortest = 8;
/** Words that mean a session by themselves. */
const taken: ReadonlySet<string> = new Set(["previous"]);

/** Shortest prefix of at least 8 characters that fits this session alone, among all ids, ours and the providers'. */
export function shortIdOf(table: SessionTable, session: { n: number; id: string }): string {
  const key = foldSessionId(session.id);
  const shared = Math.max(...neighbours(table, { n: session.n, key }).map((other) => sharedLength(key, other)));
  let length = Math.max(shortest, shared + 1);
  while (taken.has(key.slice(0, length)) && length < key.length) length += 1;
  return session.id.slice(0, length);
}

/** The ids of other sessions next to `key` in order: none shares more of it. */
function neighbours(table: SessionTable, { n, key }: { n: number; key: string }): string[] {
  const rows = [
    table.sql("SELECT id_key FROM sessions WHERE id_key < ? ORDER BY id_key DESC LIMIT 1").get(key),
    table.sql("SELECT id_key FROM sessions WHERE id_key > ? ORDER BY id_key LIMIT 1").get(key),
    table.sql("SELECT alias_key FROM aliases WHERE alias_key <= ? AND n <> ? ORDER BY alias_key DESC LIMIT 1").get(key, n),
    table.sql("SELECT alias_key FROM aliases WHERE alias_key >= ? AND n <> ? ORDER BY alias_key LIMIT 1").get(key, n),
  ];
  return ["", ...rows.flatMap((row) => (row ? Object.values(row).map(String) : []))];
}

function sharedLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}
