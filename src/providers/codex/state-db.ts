import type { SideFile } from "../provider.js";

/**
 * The state database of Codex, of which only names of threads are read: table `threads` of `state_5.sqlite` (0.104 to 0.169; in
 * 0.145 also under `sqlite/`). It is a cache that is rebuilt from rollouts. `title` is at first the text of the first prompt; where it is
 * something else somebody named the thread, and since 0.15x `name` with `name_state` holds that name.
 * (codex-rs/state/migrations/0040_threads_name.sql, codex-rs/state/src/extract.rs.)
 */
export const stateDbPaths: readonly string[] = ["state_5.sqlite", "sqlite/state_5.sqlite"];

export const threadRows: SideFile["reads"] = {
  as: "sqlite",
  table: "threads",
  columns: ["id", "title", "first_user_message", "name", "name_state", "updated_at", "updated_at_ms"],
};

type Row = Readonly<Record<string, unknown>>;

const text = (value: unknown) => (typeof value === "string" ? value.trim() : "");
const oneLine = (value: string) => value.replace(/\s+/g, " ");

/** Whether a title only repeats how the first prompt begins. */
function isDerived(title: string, firstMessage: string): boolean {
  const begin = oneLine(title).replace(/(?:…|\.\.\.)$/, "");
  return oneLine(firstMessage).startsWith(begin);
}

/** The name that a row gives its thread; undefined where nobody named it. */
export function threadName(row: Row): { id: string; name: string; updatedAtMs: number | undefined } | undefined {
  const id = text(row["id"]);
  const name = row["name_state"] === "cleared" ? "" : text(row["name"]);
  const title = text(row["title"]);
  const named = name !== "" ? name : row["name_state"] === "cleared" || isDerived(title, text(row["first_user_message"])) ? "" : title;
  return id === "" || named === "" ? undefined : { id, name: named, updatedAtMs: timeOf(row) };
}

/** `updated_at` is in seconds, `updated_at_ms` (0.12x and later) in milliseconds. */
function timeOf(row: Row): number | undefined {
  const ms = row["updated_at_ms"];
  const seconds = row["updated_at"];
  const found = typeof ms === "number" && ms > 0 ? ms : typeof seconds === "number" ? seconds * 1000 : undefined;
  return found !== undefined && Number.isFinite(found) && Math.abs(found) < 8e15 ? found : undefined;
}
