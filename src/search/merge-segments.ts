import type { Prepared } from "../io/prepared.js";

/** A merge that finds nothing to do counts as one change, its own command. */
const idleChanges = 1;

/**
 * Merges some of what the index of words holds apart. Within a transaction.
 * @param pages How much is written at most, about; negative: all segments are to become one, also by the calls that follow with a positive number.
 * @returns Whether there was something to merge.
 */
export function mergeSegments(table: Prepared, pages: number): boolean {
  const before = table.number("SELECT total_changes()");
  table.run("INSERT INTO texts (texts, rank) VALUES ('merge', ?)", pages);
  return table.number("SELECT total_changes()") - before > idleChanges;
}
