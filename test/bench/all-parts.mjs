// The parts of the bench by name, in the order of the table.
import { append } from "./append.mjs";
import { calls } from "./calls.mjs";
import { importHistory } from "./import.mjs";
import { list } from "./list.mjs";
import { live } from "./live.mjs";
import { searchHistory } from "./search.mjs";
import { spawnToAnswer } from "./spawn.mjs";
import { start } from "./start.mjs";

/** A part is given `corpora`, `gb` and a folder `dir`, and returns its rows. */
export const parts = {
  spawn: spawnToAnswer,
  calls,
  append,
  live,
  import: importHistory,
  search: searchHistory,
  list,
  start,
};

/** Against other programs. */
export const peerParts = {};
