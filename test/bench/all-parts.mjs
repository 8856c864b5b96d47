// The parts of the bench by name, in the order of the table.
import { append } from "./append.mjs";
import { calls } from "./calls.mjs";
import { grown } from "./grown.mjs";
import { importHistory } from "./import.mjs";
import { list } from "./list.mjs";
import { live } from "./live.mjs";
import { fileServer, transcripts, usage } from "./peers.mjs";
import { read } from "./read.mjs";
import { searchHistory } from "./search.mjs";
import { servers } from "./servers.mjs";
import { spawnToAnswer } from "./spawn.mjs";
import { start } from "./start.mjs";
import { wait } from "./wait.mjs";
import { watch } from "./watch.mjs";

/** A part is given `corpora`, `gb` and a folder `dir`, and returns its rows. */
export const parts = { spawn: spawnToAnswer, calls, append, live, wait, watch, import: importHistory, grown, search: searchHistory, list, read, start, servers };

/** Against other programs. */
export const peerParts = { usage, transcripts, files: fileServer };
