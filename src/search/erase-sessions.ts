import { setImmediate as turn } from "node:timers/promises";
import type { DerivedFile } from "../io/derived-file.js";
import type { Prepared } from "../io/prepared.js";
import { isThere } from "../log/log-place.js";
import { mergeSegments } from "./merge-segments.js";
import { removeSession } from "./save-rows.js";
import { sessionById } from "./session-rows.js";

/** About 10 ms of merging. */
const pagesPerStep = 500;

/** Takes out sessions whose logs are gone, with every word and path that only they held; in steps, between which others search and write. */
export async function eraseSessions(file: Pick<DerivedFile<Prepared>, "write">, sessionIds: readonly string[]): Promise<void> {
  for (const id of sessionIds) {
    await turn();
    file.write((table) => {
      const known = sessionById(table, id);
      if (known && !isThere(known)) removeSession(table, known);
    });
  }
  file.write((table) => {
    table.run("DELETE FROM touches WHERE id NOT IN (SELECT id FROM blocks)");
    table.run("DELETE FROM files WHERE f NOT IN (SELECT f FROM touches)");
  });
  // Words of deleted rows stand in their segments until all of these are merged into one.
  let isMerging = file.write((table) => mergeSegments(table, -pagesPerStep));
  while (isMerging) {
    await turn();
    isMerging = file.write((table) => mergeSegments(table, pagesPerStep));
  }
}
