import { sep } from "node:path";
import type { Row } from "../io/sqlite.js";
import type { NativeFile } from "../providers/provider.js";
import type { CheckpointDb } from "./checkpoint-db.js";
import type { FileStat } from "./discover.js";

/** A native session: which log receives its events. */
export interface SessionRow {
  /** 0 until the row is kept. */
  key: number;
  provider: string;
  nativeId: string;
  /** Undefined until its log is chosen. */
  sessionId: string | undefined;
  /** How long the log was after our last append; a shorter one has lost events. */
  logBytes: number;
  /** Where it was started, once known. */
  cwd: string | undefined;
  /** Another program keeps that log and reads the native session itself: nothing is appended. */
  foreignLog: boolean;
}

/** What was seen of a native file, without the parser's state. */
export interface FileRow extends Pick<FileStat, "inode" | "sizeBytes" | "mtimeMs"> {
  key: number;
  path: string;
  session: number;
  role: NativeFile["role"];
  /** How many of the first bytes `headHash` stands for. */
  headBytes: number;
  headHash: string;
  /** All records before it are in the log. */
  offsetBytes: number;
  /** Of the bytes before `offsetBytes`; empty where none were read there. */
  placeHash: string;
  /** Size of the file when it was first met. */
  metBytes: number;
  /** Read to its end, with all that waited said and completeness judged. */
  settled: boolean;
  /** Its workspace was excluded, so it was not read. */
  skipped: boolean;
  /** Time of its last record that has one. */
  lastTs: string | undefined;
}

/** One that has no row, or none that is known yet. */
export type NewFileRow = Omit<FileRow, "key" | "session">;

/** What a look at a file is compared with: that is asked for all files there are, and the rest of a row costs as much again. */
export type SeenFile = Pick<FileRow, "path" | "inode" | "sizeBytes" | "mtimeMs" | "offsetBytes" | "settled" | "skipped">;

/** A file that was seen, and the session it is of. */
export interface KnownFile {
  file: SeenFile;
  session: SessionRow;
}

const filesDirectlyIn = `SELECT path, inode, size_bytes, mtime_ms, offset_bytes, settled, skipped,
    session AS key, provider, native_id, session_id, log_bytes, cwd, foreign_log FROM files JOIN sessions ON sessions.key = files.session
  WHERE path > ?1 AND path < ?2 AND instr(substr(path, length(?1) + 1), ?3) = 0`;

/** Rows of `import.sqlite` about sessions and their files. */
export class Checkpoints {
  readonly #db: CheckpointDb;

  constructor(db: CheckpointDb) {
    this.#db = db;
  }

  /** All of `fn` or nothing; joins a transaction that is under way. */
  transaction<T>(fn: () => T): T {
    return this.#db.transaction(fn);
  }

  session(provider: string, nativeId: string): SessionRow | undefined {
    const row = this.#db.get("SELECT * FROM sessions WHERE provider = ? AND native_id = ?", provider, nativeId);
    return row && toSession(row);
  }

  sessionByKey(key: number): SessionRow | undefined {
    const row = this.#db.get("SELECT * FROM sessions WHERE key = ?", key);
    return row && toSession(row);
  }

  /** The native session whose events go to that log, where one is known. */
  sessionOfLog(sessionId: string): SessionRow | undefined {
    const row = this.#db.get("SELECT * FROM sessions WHERE session_id = ? COLLATE NOCASE", sessionId);
    return row && toSession(row);
  }

  /** The row; one that is yet to be kept where there is none. */
  sessionOrNew(provider: string, nativeId: string): SessionRow {
    return this.session(provider, nativeId) ?? { key: 0, provider, nativeId, sessionId: undefined, logBytes: 0, cwd: undefined, foreignLog: false };
  }

  /** Makes the row where it is missing, in the transaction that first names it: one of its own for each would cost as much again. */
  keep(session: SessionRow): void {
    if (session.key !== 0) return;
    const { provider, nativeId } = session;
    this.#db.run("INSERT OR IGNORE INTO sessions (provider, native_id) VALUES (?, ?)", provider, nativeId);
    const made = this.session(provider, nativeId);
    if (!made) throw new Error(`Cannot keep session "${nativeId}": no row after insert`);
    Object.assign(session, made);
  }

  /** The row, made where it is missing. */
  ensureSession(provider: string, nativeId: string): SessionRow {
    const session = this.sessionOrNew(provider, nativeId);
    this.keep(session);
    return session;
  }

  saveSession(row: SessionRow): void {
    this.#db.run(
      "UPDATE sessions SET session_id = ?, log_bytes = ?, cwd = ?, foreign_log = ? WHERE key = ?",
      row.sessionId ?? null,
      row.logBytes,
      row.cwd ?? null,
      Number(row.foreignLog),
      row.key,
    );
  }

  /** Has all files of a session read from 0 the next time, because its log lost what they gave. */
  readAgain(session: SessionRow): void {
    session.logBytes = 0;
    this.#db.transaction(() => {
      this.#db.run("UPDATE sessions SET log_bytes = 0 WHERE key = ?", session.key);
      this.#db.run("UPDATE files SET offset_bytes = 0, head_bytes = 0, head_hash = '', settled = 0 WHERE session = ?", session.key);
      this.#db.run("UPDATE side_facts SET said = 0 WHERE provider = ?1 AND (native_id = ?2 OR claimed_by = ?2)", session.provider, session.nativeId);
    });
  }

  /** Marks that `index.json` lacks something that the session's log says, until it is written. */
  setIndexPending(sessionId: string, pending: boolean): void {
    this.#db.run("UPDATE sessions SET index_pending = ? WHERE session_id = ? COLLATE NOCASE AND index_pending <> ?", Number(pending), sessionId, Number(pending));
  }

  /** Sessions whose index entry was not written, by a process that ended before. */
  indexPending(): string[] {
    return this.#db.all("SELECT session_id FROM sessions WHERE index_pending = 1 AND session_id IS NOT NULL").map((row) => String(row["session_id"]));
  }

  /** Takes out all that is known of the native sessions behind those logs. */
  forget(sessionIds: readonly string[]): void {
    this.#db.transaction(() => {
      for (const sessionId of sessionIds) {
        for (const { key, provider, nativeId } of this.#db.all("SELECT * FROM sessions WHERE session_id = ? COLLATE NOCASE", sessionId).map((row) => toSession(row))) {
          this.#db.run("DELETE FROM states WHERE file IN (SELECT key FROM files WHERE session = ?)", key);
          for (const table of ["files", "record_keys", "once_keys", "agent_links", "said_prompts"]) this.#db.run(`DELETE FROM ${table} WHERE session = ?`, key);
          this.#db.run("DELETE FROM side_facts WHERE provider = ?1 AND (native_id = ?2 OR claimed_by = ?2)", provider, nativeId);
          this.#db.run("DELETE FROM sessions WHERE key = ?", key);
        }
        this.#db.run("DELETE FROM follows WHERE session_id = ? COLLATE NOCASE", sessionId);
      }
    });
  }

  file(path: string): FileRow | undefined {
    const row = this.#db.get("SELECT * FROM files WHERE path = ?", path);
    return row && toFile(row);
  }

  /** The native session that a file was found to belong to. */
  nativeIdOfFile(path: string): string | undefined {
    return optionalText(this.#db.get("SELECT native_id FROM files JOIN sessions ON sessions.key = files.session WHERE path = ?", path)?.["native_id"]);
  }

  /** Files that lie directly in a folder, with their sessions, by path. */
  filesIn(folder: string): Map<string, KnownFile> {
    const below = `${folder}${sep}`;
    const rows = this.#db.all(filesDirectlyIn, below, afterAllBelow(below), sep);
    return new Map(rows.map((row) => [String(row["path"]), { file: toSeenFile(row), session: toSession(row) }]));
  }

  /** Sessions with a main file in a folder or deeper below it. */
  sessionsBelow(folder: string): SessionRow[] {
    const below = `${folder}${sep}`;
    const sql = "SELECT * FROM sessions WHERE key IN (SELECT session FROM files WHERE path > ? AND path < ? AND role = 'main')";
    return this.#db.all(sql, below, afterAllBelow(below)).map((row) => toSession(row));
  }

  /** Paths of the `limit` files that were written last, at or after `sinceMs`, latest first. */
  lastWritten(sinceMs: number, limit: number): { path: string; mtimeMs: number }[] {
    const rows = this.#db.all("SELECT path, mtime_ms FROM files WHERE mtime_ms >= ? ORDER BY mtime_ms DESC LIMIT ?", sinceMs, limit);
    return rows.map((row) => ({ path: String(row["path"]), mtimeMs: Number(row["mtime_ms"]) }));
  }

  /** The parser's state at the file's offset. */
  state(file: FileRow): unknown {
    const row = this.#db.get("SELECT state FROM states WHERE file = ?", file.key);
    return row === undefined ? undefined : JSON.parse(String(row["state"]));
  }

  /** Keeps how far a file was read and how long its session's log is, both or none. @param state Undefined: as it was. */
  save(session: SessionRow, file: NewFileRow, state: unknown): void {
    this.#db.transaction(() => {
      this.keep(session);
      this.#db.run("UPDATE sessions SET log_bytes = ? WHERE key = ?", session.logBytes, session.key);
      this.#saveFile(session, file, state);
    });
  }

  #saveFile(session: SessionRow, file: NewFileRow, state: unknown): void {
    const row = this.#db.get(
      `INSERT INTO files (path, session, role, inode, size_bytes, mtime_ms, head_bytes, head_hash, offset_bytes, place_hash, met_bytes, settled, skipped, last_ts)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (path) DO UPDATE SET session = excluded.session, role = excluded.role, inode = excluded.inode, size_bytes = excluded.size_bytes,
         mtime_ms = excluded.mtime_ms, head_bytes = excluded.head_bytes, head_hash = excluded.head_hash, offset_bytes = excluded.offset_bytes,
         place_hash = excluded.place_hash, met_bytes = excluded.met_bytes, settled = excluded.settled, skipped = excluded.skipped, last_ts = excluded.last_ts
       RETURNING key`,
      file.path,
      session.key,
      file.role,
      file.inode,
      file.sizeBytes,
      file.mtimeMs,
      file.headBytes,
      file.headHash,
      file.offsetBytes,
      file.placeHash,
      file.metBytes,
      Number(file.settled),
      Number(file.skipped),
      file.lastTs ?? null,
    );
    const key = Number(row?.["key"]);
    if (state !== undefined) this.#db.run("INSERT OR REPLACE INTO states (file, state) VALUES (?, ?)", key, JSON.stringify(state));
  }

  /** Files of a session. */
  filesOf(session: SessionRow): FileRow[] {
    return this.#db.all("SELECT * FROM files WHERE session = ?", session.key).map(toFile);
  }

  /** Files written at or after `sinceMs`, with their sessions. */
  filesWrittenSince(sinceMs: number): { file: FileRow; session: SessionRow }[] {
    return this.#db.all("SELECT * FROM files WHERE mtime_ms >= ?", sinceMs).flatMap((row) => {
      const file = toFile(row);
      const session = this.sessionByKey(file.session);
      return session ? [{ file, session }] : [];
    });
  }

  /** @returns Whether it was not known. */
  saveLink(session: number, agentId: string, toolId: string): boolean {
    const { changes } = this.#db.run("INSERT OR IGNORE INTO agent_links (session, agent_id, tool_id) VALUES (?, ?, ?)", session, agentId, toolId);
    return changes > 0;
  }

  link(session: number, agentId: string): string | undefined {
    const row = this.#db.get("SELECT tool_id FROM agent_links WHERE session = ? AND agent_id = ?", session, agentId);
    return row && String(row["tool_id"]);
  }
}

/** The end of the range of paths that begin with `below`, whose last character is a separator. */
function afterAllBelow(below: string): string {
  return below.slice(0, -1) + String.fromCharCode(sep.charCodeAt(0) + 1);
}

function toSession(row: Row): SessionRow {
  return {
    key: Number(row["key"]),
    provider: String(row["provider"]),
    nativeId: String(row["native_id"]),
    sessionId: optionalText(row["session_id"]),
    logBytes: Number(row["log_bytes"]),
    cwd: optionalText(row["cwd"]),
    foreignLog: row["foreign_log"] === 1,
  };
}

function toSeenFile(row: Row): SeenFile {
  return {
    path: String(row["path"]),
    inode: Number(row["inode"]),
    sizeBytes: Number(row["size_bytes"]),
    mtimeMs: Number(row["mtime_ms"]),
    offsetBytes: Number(row["offset_bytes"]),
    settled: row["settled"] === 1,
    skipped: row["skipped"] === 1,
  };
}

function toFile(row: Row): FileRow {
  return {
    ...toSeenFile(row),
    key: Number(row["key"]),
    session: Number(row["session"]),
    role: row["role"] as NativeFile["role"],
    headBytes: Number(row["head_bytes"]),
    headHash: String(row["head_hash"]),
    placeHash: String(row["place_hash"]),
    metBytes: Number(row["met_bytes"]),
    lastTs: optionalText(row["last_ts"]),
  };
}

function optionalText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
