import type { Prepared } from "../io/prepared.js";
import { isThere } from "../log/log-place.js";
import { removeSession } from "./save-rows.js";
import { sessionById } from "./session-rows.js";

/** Takes out sessions whose logs are gone, with every word and path that only they held. Within a transaction. */
export function eraseSessions(table: Prepared, sessionIds: readonly string[]): void {
  for (const id of sessionIds) {
    const known = sessionById(table, id);
    if (known && !isThere(known)) removeSession(table, known);
  }
  table.run("DELETE FROM touches WHERE id NOT IN (SELECT id FROM blocks)");
  table.run("DELETE FROM files WHERE f NOT IN (SELECT f FROM touches)");
  // Words of deleted rows stand in their segments until these are merged.
  table.run("INSERT INTO texts (texts) VALUES ('optimize')");
}
