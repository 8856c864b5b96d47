/** Raised with every change of the tables or of what `foldEvent` makes of a log: a file of an older version is rebuilt. */
export const catalogueVersion = 2;

/*
 * catalogue.sqlite, derived from the logs:
 *
 *   catalogue     one row: identity of this build, its version (one up with every write that shows), when it was first complete
 *   sessions      one narrow row a session, with all that lists filter and sort by; `id_key` is the id folded
 *   folders       when each folder of logs last changed, as far as it has been looked through
 *   states        its SessionState and OpenStats as JSON, apart so that scans of `sessions` stay narrow
 *   tallies       sessions counted by what lists filter by most, kept by triggers
 *   moves         `last_ms` as it was before its first change since the latest walk began (see `list-page.ts`)
 *   aliases, successors, seq_offsets   the facts of a log, by what they are looked up by
 *   stats_cells   sums by quarter of an hour, agent and model (`session-stats.ts`): any time zone's days are sums of them
 *   stats_tools, session_files   calls, results and errors by tool, and by file that tools touched
 *   stats_spans   times without a pause of 5 minutes, by agent; under '' those of the whole session
 *
 * Unknown times are 0, an unknown workspace is ''. Paths are keys (`pathKey`), those of files back to front.
 */
export const catalogueSchema = `
CREATE TABLE catalogue (identity TEXT NOT NULL, version INTEGER NOT NULL, last_walk INTEGER NOT NULL, complete_ms INTEGER NOT NULL);
INSERT INTO catalogue VALUES (lower(hex(randomblob(8))), 0, 0, 0);

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
  provider TEXT NOT NULL,
  workspace TEXT NOT NULL,
  child INTEGER NOT NULL,
  ended INTEGER NOT NULL,
  last_ms INTEGER NOT NULL,
  seen_ms INTEGER NOT NULL,
  search_text TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_version INTEGER NOT NULL,
  moved_version INTEGER NOT NULL
);
CREATE INDEX by_last ON sessions (last_ms DESC, id_key, child, provider, ended, workspace, moved_version, search_text);
CREATE INDEX by_provider ON sessions (provider, last_ms DESC, id_key, child, ended);
CREATE INDEX by_workspace ON sessions (workspace, last_ms DESC, id_key, child, provider, ended);
CREATE INDEX by_end ON sessions (ended, last_ms DESC, id_key, child, provider);
CREATE INDEX by_sight ON sessions (seen_ms) WHERE ended = 0;
CREATE INDEX by_version ON sessions (version);
CREATE INDEX by_folder ON sessions (logs_dir);

CREATE TABLE folders (logs_dir TEXT PRIMARY KEY, changed_ms REAL NOT NULL) WITHOUT ROWID;

CREATE TABLE states (n INTEGER PRIMARY KEY, state TEXT NOT NULL, open_stats TEXT NOT NULL);

CREATE TABLE tallies (
  workspace TEXT NOT NULL, provider TEXT NOT NULL, child INTEGER NOT NULL, ended INTEGER NOT NULL, sessions INTEGER NOT NULL,
  PRIMARY KEY (workspace, provider, child, ended)
) WITHOUT ROWID;
CREATE TRIGGER tally_in AFTER INSERT ON sessions BEGIN
  INSERT INTO tallies VALUES (NEW.workspace, NEW.provider, NEW.child, NEW.ended, 1)
    ON CONFLICT DO UPDATE SET sessions = sessions + 1;
END;
CREATE TRIGGER tally_out AFTER DELETE ON sessions BEGIN
  UPDATE tallies SET sessions = sessions - 1
    WHERE workspace = OLD.workspace AND provider = OLD.provider AND child = OLD.child AND ended = OLD.ended;
END;
CREATE TRIGGER tally_over AFTER UPDATE ON sessions
WHEN (OLD.workspace, OLD.provider, OLD.child, OLD.ended) IS NOT (NEW.workspace, NEW.provider, NEW.child, NEW.ended) BEGIN
  UPDATE tallies SET sessions = sessions - 1
    WHERE workspace = OLD.workspace AND provider = OLD.provider AND child = OLD.child AND ended = OLD.ended;
  INSERT INTO tallies VALUES (NEW.workspace, NEW.provider, NEW.child, NEW.ended, 1)
    ON CONFLICT DO UPDATE SET sessions = sessions + 1;
END;

CREATE TABLE moves (n INTEGER NOT NULL, version INTEGER NOT NULL, last_ms INTEGER NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY (n, version)) WITHOUT ROWID;

CREATE TABLE aliases (alias_key TEXT NOT NULL, n INTEGER NOT NULL, alias TEXT NOT NULL, PRIMARY KEY (alias_key, n, alias)) WITHOUT ROWID;
CREATE INDEX aliases_of ON aliases (n);
CREATE TABLE successors (old_key TEXT NOT NULL, n INTEGER NOT NULL, new_id TEXT NOT NULL, PRIMARY KEY (old_key, n, new_id)) WITHOUT ROWID;
CREATE INDEX successors_of ON successors (n);
CREATE TABLE session_files (
  reversed TEXT NOT NULL, n INTEGER NOT NULL, calls INTEGER NOT NULL, results INTEGER NOT NULL, errors INTEGER NOT NULL,
  PRIMARY KEY (reversed, n)
) WITHOUT ROWID;
CREATE INDEX files_of ON session_files (n);
CREATE TABLE seq_offsets (n INTEGER NOT NULL, seq INTEGER NOT NULL, offset_bytes INTEGER NOT NULL, PRIMARY KEY (n, seq)) WITHOUT ROWID;

CREATE TABLE stats_cells (
  n INTEGER NOT NULL, quarter INTEGER NOT NULL, agent TEXT NOT NULL, model TEXT NOT NULL,
  events INTEGER NOT NULL, user_messages INTEGER NOT NULL, assistant_messages INTEGER NOT NULL, tool_calls INTEGER NOT NULL, tool_errors INTEGER NOT NULL,
  input_tokens INTEGER, output_tokens INTEGER, cache_read_tokens INTEGER, cache_creation_tokens INTEGER, cost_usd REAL,
  PRIMARY KEY (n, quarter, agent, model)
) WITHOUT ROWID;
CREATE TABLE stats_tools (
  n INTEGER NOT NULL, tool TEXT NOT NULL, kind TEXT NOT NULL, calls INTEGER NOT NULL, results INTEGER NOT NULL, errors INTEGER NOT NULL,
  PRIMARY KEY (n, tool, kind)
) WITHOUT ROWID;
CREATE TABLE stats_spans (n INTEGER NOT NULL, agent TEXT NOT NULL, start_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL, PRIMARY KEY (n, agent, start_ms)) WITHOUT ROWID;
`;
