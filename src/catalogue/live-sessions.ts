import { foldSessionId } from "../schema/session-id.js";
import type { SessionTable } from "./session-table.js";

/** A session is live for this long after its last event or heartbeat; one whose clock runs ahead by more is not live for ever. */
const recentMs = 30_000;

/** A session whose provider's process or file says that it goes on. */
export interface LiveSource {
  /** Ours, or the provider's own. */
  sessionId: string;
  provider: string;
}

/**
 * Rows (`n`) of all sessions that are live: not ended, and either heard of within 30 s or named by `sources`.
 */
export function liveSessions(table: SessionTable, sources: readonly LiveSource[], nowMs: number): number[] {
  const recent = table.all("SELECT n FROM sessions INDEXED BY by_sight WHERE ended = 0 AND seen_ms > ? AND seen_ms < ?", nowMs - recentMs, nowMs + recentMs);
  const named = sources.flatMap(({ sessionId, provider }) =>
    table.all(
      `SELECT n FROM sessions WHERE ended = 0 AND (id_key = ?1
         OR (provider = ?2 AND n IN (SELECT n FROM aliases WHERE alias_key = ?1)))`,
      foldSessionId(sessionId),
      provider,
    ),
  );
  return [...new Set([...recent, ...named].map((row) => Number(row["n"])))];
}
