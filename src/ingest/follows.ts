import type { SessionLogs } from "../log/session-logs.js";
import type { CheckpointDb } from "./checkpoint-db.js";
import type { SessionRow } from "./checkpoints.js";

/** A session is asked for before it is made: so long its log may be missing. */
const makingMs = 5000;
/** Clocks of files are coarser than ours. */
const slackMs = 1000;

export interface FollowRequest {
  sessionId: string;
  provider: string;
  workspace: string | null;
  /** The native session to follow, where it is known; else the next new one of the workspace. */
  nativeId: string | undefined;
  startedAtMs: number;
}

/** Sessions of ours that wait for a native one. They lie in `import.sqlite`, because another process may be the one that finds it. */
export class Follows {
  readonly #db: CheckpointDb;
  readonly #logs: SessionLogs;
  readonly #now: () => number;

  constructor(db: CheckpointDb, { logs, now }: { logs: SessionLogs; now: () => number }) {
    this.#db = db;
    this.#logs = logs;
    this.#now = now;
  }

  add({ sessionId, provider, workspace, nativeId, startedAtMs }: FollowRequest): void {
    this.#db.run(
      "INSERT OR REPLACE INTO follows (session_id, provider, workspace, native_id, started_at_ms) VALUES (?, ?, ?, ?, ?)",
      sessionId,
      provider,
      workspace,
      nativeId ?? null,
      startedAtMs,
    );
  }

  /** Whether that session of ours waits for a native one. */
  waits(sessionId: string): boolean {
    return this.#db.get("SELECT 1 AS one FROM follows WHERE session_id = ?", sessionId) !== undefined;
  }

  isEmpty(): boolean {
    return this.#db.get("SELECT 1 AS one FROM follows LIMIT 1") === undefined;
  }

  /**
   * The session that waits for `native`, which it gets: it waits no more. Two that may mean it get nothing: that would be a guess.
   * @param file When the native file was last written, and whether another session spawned this one: then only who names it means it.
   * @returns `later` where the one that waits is not made yet.
   */
  take(native: Pick<SessionRow, "provider" | "nativeId" | "cwd">, file: { writtenMs: number; isChild: boolean }): { sessionId: string } | "later" | undefined {
    const waiting = this.#waiting(native, file);
    const [only] = waiting;
    if (only === undefined || waiting.length > 1) return undefined;
    if (!this.#logs.find(only.sessionId)) return "later";
    this.#db.run("DELETE FROM follows WHERE session_id = ?", only.sessionId);
    return { sessionId: only.sessionId };
  }

  #waiting({ provider, nativeId, cwd }: Pick<SessionRow, "provider" | "nativeId" | "cwd">, { writtenMs, isChild }: { writtenMs: number; isChild: boolean }): { sessionId: string }[] {
    const named = this.#open("native_id = ?2", provider, nativeId);
    if (named.length > 0 || cwd === undefined || isChild) return named;
    return this.#open("native_id IS NULL AND workspace = ?2", provider, cwd).filter((row) => row.startedAtMs <= writtenMs + slackMs);
  }

  /** Rows of sessions that are still there and not ended; others are forgotten. */
  #open(condition: string, provider: string, value: string): { sessionId: string; startedAtMs: number }[] {
    const rows = this.#db.all(`SELECT session_id, started_at_ms FROM follows WHERE provider = ?1 AND ${condition}`, provider, value);
    return rows.flatMap((row) => {
      const sessionId = String(row["session_id"]);
      const startedAtMs = Number(row["started_at_ms"]);
      if (this.#isOpen(sessionId, startedAtMs)) return [{ sessionId, startedAtMs }];
      this.#db.run("DELETE FROM follows WHERE session_id = ?", sessionId);
      return [];
    });
  }

  #isOpen(sessionId: string, startedAtMs: number): boolean {
    if (!this.#logs.find(sessionId)) return this.#now() - startedAtMs < makingMs;
    return this.#logs.open(sessionId).summary().ended === "no";
  }
}
