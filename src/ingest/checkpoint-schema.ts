/*
 * <home>/import.sqlite: how far native files were read. Derived, and only ever a saver of work: it may be deleted at any time.
 *
 *   sessions     one row a native session: which log receives its events, and how long that log was after our last append
 *   files        one row a native file: its identity, the offset up to which its events are in the log, the parser's state there
 *   record_keys  keys of records that are unique in the world, packed 8 bytes each: what a resumed or forked file holds of another's is said once
 *   once_keys    what may be said once in a session, whatever file says it, and by which origin it was said
 *   agent_links  the call that spawned each sub-agent
 *   said_prompts prompts of followed sessions that their log held before the provider wrote them
 *   follows      sessions of ours that wait for a native one
 *   processes    processes of providers that were seen alive
 *   side_files   files that tell facts of sessions whose events lie elsewhere, as they looked when they were read last
 *   side_facts   what they told, and whether the session's log has it
 */
export const schemaVersion = 7;

export const checkpointSchema = `
CREATE TABLE sessions (
  key INTEGER PRIMARY KEY, provider TEXT NOT NULL, native_id TEXT NOT NULL, session_id TEXT, log_bytes INTEGER NOT NULL DEFAULT 0,
  cwd TEXT, foreign_log INTEGER NOT NULL DEFAULT 0, index_pending INTEGER NOT NULL DEFAULT 0, UNIQUE (provider, native_id));
CREATE INDEX sessions_log ON sessions (session_id COLLATE NOCASE);
CREATE INDEX sessions_pending ON sessions (index_pending) WHERE index_pending = 1;
CREATE TABLE files (
  key INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, session INTEGER NOT NULL, role TEXT NOT NULL, inode REAL NOT NULL,
  size_bytes INTEGER NOT NULL, mtime_ms REAL NOT NULL, head_bytes INTEGER NOT NULL, head_hash TEXT NOT NULL, offset_bytes INTEGER NOT NULL, place_hash TEXT NOT NULL,
  met_bytes INTEGER NOT NULL, settled INTEGER NOT NULL, skipped INTEGER NOT NULL, last_ts TEXT);
CREATE INDEX files_session ON files (session);
CREATE INDEX files_mtime ON files (mtime_ms);
CREATE TABLE states (file INTEGER PRIMARY KEY, state TEXT NOT NULL);
CREATE TABLE record_keys (id INTEGER PRIMARY KEY, session INTEGER NOT NULL, keys BLOB NOT NULL);
CREATE TABLE once_keys (session INTEGER NOT NULL, once_key TEXT NOT NULL, origin TEXT NOT NULL, PRIMARY KEY (session, once_key)) WITHOUT ROWID;
CREATE TABLE agent_links (session INTEGER NOT NULL, agent_id TEXT NOT NULL, tool_id TEXT NOT NULL, PRIMARY KEY (session, agent_id)) WITHOUT ROWID;
CREATE TABLE said_prompts (session INTEGER NOT NULL, origin TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (session, origin)) WITHOUT ROWID;
CREATE TABLE follows (
  session_id TEXT PRIMARY KEY, provider TEXT NOT NULL, workspace TEXT, native_id TEXT, started_at_ms REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE processes (
  path TEXT PRIMARY KEY, provider TEXT NOT NULL, pid INTEGER NOT NULL, started_at_ms REAL, native_id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE side_files (path TEXT PRIMARY KEY, fingerprint TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE side_facts (
  id INTEGER PRIMARY KEY, provider TEXT NOT NULL, native_id TEXT NOT NULL, origin TEXT NOT NULL, ts TEXT, kind TEXT NOT NULL,
  started_from_ms REAL, started_to_ms REAL, folder TEXT NOT NULL, claimed_by TEXT, said INTEGER NOT NULL DEFAULT 0, UNIQUE (provider, native_id, origin));
CREATE INDEX side_facts_of_anyone ON side_facts (provider, started_from_ms) WHERE native_id = '' AND said = 0;
CREATE INDEX side_facts_width ON side_facts (provider, started_to_ms - started_from_ms) WHERE native_id = '' AND said = 0;
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
`;
