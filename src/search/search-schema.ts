import type { DerivedContent } from "../io/derived-file.js";
import { Prepared } from "../io/prepared.js";
import { wordSymbols } from "./lone-characters.js";

/** The database, in its home. */
export const searchFile = "search.sqlite";

/** Raised with every change of the tables or of what is made of a log: a file of an older version is rebuilt. */
export const searchVersion = 4;

/** What merging leaves free can be given back. */
const birthPragmas = "PRAGMA auto_vacuum = INCREMENTAL";
/** Each checkpoint of the journal waits for the disk, and building the index writes much. */
const pragmas = "PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 4000000";

/** More than the words of one transaction take: held in memory until its end, they become one segment. */
const mostHeldBytes = 33_554_432;

/** What fits into four pages of the file with what SQLite itself puts into each: the greater a leaf, the less stands in it beside words. */
const leafBytes = 16_326;

/*
 * search.sqlite, derived from the logs:
 *
 *   search     one row: the next row of `blocks`, when all logs were first known, and who builds the index until when
 *   sessions   one row a log: how far it is taken in, what its filters look at, and in which rows of `blocks` it lies
 *   folders    when each folder of logs last changed, as far as it has been looked through
 *   blocks     one row an event that has text: where its line begins, when it happened and of which kind it is
 *   texts      its text as words, under the row of `blocks`; the text itself stays in the log
 *   kinds      what many events share: type, tool, kind of tool, whether the tool is one of this server's
 *   files, touches   the files that tools read or changed (keys, back to front), and the events in which they did
 *   spans      runs of rows, with the least and the greatest time in each: rows are given out as logs are read, which is not
 *              the order of time, and with this the newest matches are found without looking at all; in a `sorted` one the
 *              rows ascend by time, session and place
 *
 * Each transaction writes its texts as one sorted segment of `texts`. Segments are merged by the builder, in small steps between
 * answers, wherever 4 are of one size; SQLite itself does so only where they are many more, for its merges are part of a write.
 *
 * Unknown times are 0, an unknown workspace, tool or kind is ''. Workspaces are keys (`pathKey`).
 */
const schema = `
CREATE TABLE search (next_row INTEGER NOT NULL, complete_ms INTEGER NOT NULL, builder TEXT NOT NULL, builds_until_ms INTEGER NOT NULL);
INSERT INTO search VALUES (1, 0, '', 0);

CREATE TABLE sessions (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  id_key TEXT NOT NULL UNIQUE,
  logs_dir TEXT NOT NULL,
  indexed_bytes INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  inode INTEGER NOT NULL,
  mtime_ms REAL NOT NULL,
  mark TEXT NOT NULL,
  mark_bytes INTEGER NOT NULL,
  pending_bytes INTEGER NOT NULL,
  provider TEXT NOT NULL,
  workspace TEXT NOT NULL,
  began_ms INTEGER NOT NULL,
  last_ms INTEGER NOT NULL,
  setback_ms INTEGER NOT NULL,
  first_row INTEGER NOT NULL,
  last_row INTEGER NOT NULL,
  state TEXT NOT NULL
);
CREATE INDEX by_growth ON sessions (mtime_ms DESC);
CREATE INDEX by_pending ON sessions (began_ms DESC, pending_bytes) WHERE pending_bytes > 0;
CREATE INDEX by_folder ON sessions (logs_dir);

CREATE TABLE folders (logs_dir TEXT PRIMARY KEY, changed_ms REAL NOT NULL) WITHOUT ROWID;

CREATE TABLE kinds (kind INTEGER PRIMARY KEY, type TEXT NOT NULL, tool TEXT NOT NULL, tool_kind TEXT NOT NULL, own INTEGER NOT NULL,
  UNIQUE (type, tool, tool_kind, own));
CREATE TABLE blocks (id INTEGER PRIMARY KEY, n INTEGER NOT NULL, offset_bytes INTEGER NOT NULL, ms INTEGER NOT NULL, kind INTEGER NOT NULL);
CREATE TABLE spans (first_row INTEGER PRIMARY KEY, last_row INTEGER NOT NULL, min_ms INTEGER NOT NULL, max_ms INTEGER NOT NULL, sorted INTEGER NOT NULL);

CREATE TABLE files (f INTEGER PRIMARY KEY, reversed TEXT NOT NULL UNIQUE);
CREATE TABLE touches (f INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (f, id)) WITHOUT ROWID;

CREATE VIRTUAL TABLE texts USING fts5(body, content='', contentless_delete=1,
  tokenize="unicode61 remove_diacritics 2 tokenchars '${wordSymbols}'");
INSERT INTO texts (texts, rank) VALUES ('hashsize', ${mostHeldBytes}), ('usermerge', 4), ('automerge', 32), ('crisismerge', 128), ('pgsz', ${leafBytes});
`;

/** What the search index holds. */
export const searchContent: DerivedContent<Prepared> = {
  fileName: searchFile,
  title: "the search index",
  version: searchVersion,
  schema,
  birthPragmas,
  pragmas,
  toTables: (db) => new Prepared(db),
};
