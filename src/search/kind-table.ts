import type { Prepared } from "../io/prepared.js";
import type { EventKind } from "./row-state.js";

/** Number of a kind; a new one where nobody has met it before. Within a transaction. */
export function kindNumber(table: Prepared, { type, tool, toolKind, own }: EventKind): number {
  const known = table.number("SELECT kind FROM kinds WHERE type = ? AND tool = ? AND tool_kind = ? AND own = ?", type, tool, toolKind, Number(own));
  if (known > 0) return known;
  return table.run("INSERT INTO kinds (type, tool, tool_kind, own) VALUES (?, ?, ?, ?)", type, tool, toolKind, Number(own)).rowId;
}

/** All kinds that were ever met, by number. */
export function allKinds(table: Prepared): Map<number, EventKind> {
  const rows = table.all("SELECT kind, type, tool, tool_kind, own FROM kinds");
  return new Map(rows.map((row) => [Number(row["kind"]), toKind(row)]));
}

function toKind(row: Readonly<Record<string, unknown>>): EventKind {
  return { type: String(row["type"]), tool: String(row["tool"]), toolKind: String(row["tool_kind"]), own: row["own"] === 1 };
}
