import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newIndexEntry } from "../../src/log/index-entry.js";
import { updateSessionIndex } from "../../src/log/session-index.js";
import type { SessionLogIndexEntry } from "../../src/schema/index-files.js";
import { tempDir } from "../helpers/temp-dir.js";

export function entry(id: string, more: Partial<SessionLogIndexEntry> = {}): SessionLogIndexEntry {
  return { ...newIndexEntry(`/logs/sessions/${id}.jsonl`, { provider: "acme", startedAt: "2026-01-05T10:11:12.000Z" }), ...more };
}

/** A logs folder whose index of so many sessions, `s-0` and on, is large enough to be changed at its end alone. */
export function largeIndex(sessions = 400): string {
  const logsDir = tempDir();
  updateSessionIndex(logsDir, (entries) => {
    for (let nth = 0; nth < sessions; nth += 1) entries.set(`s-${nth}`, entry(`s-${nth}`, { command: `run ${"x".repeat(nth % 50)}` }));
  });
  return logsDir;
}

export const indexPath = (logsDir: string): string => join(logsDir, "index.json");

/** Ids that the index holds, read the plain way. */
export function idsIn(logsDir: string): string[] {
  const index = JSON.parse(readFileSync(indexPath(logsDir), "utf8")) as { sessions: { wrapper_session_id: string }[] };
  return index.sessions.map((session) => session.wrapper_session_id);
}

/** Puts an entry into the index, as one who changes no other. */
export function put(logsDir: string, id: string, { isFresh = false, ...more }: Partial<SessionLogIndexEntry> & { isFresh?: boolean } = {}): void {
  updateSessionIndex(logsDir, (entries) => entries.set(id, { ...(entries.get(id) ?? entry(id)), ...more }), { only: { sessionId: id, isFresh } });
}

/** Has the older version look as if it had rested since then: by default long enough to be written to. */
export function letRest(logsDir: string, sinceMs = 1): void {
  const path = join(logsDir, "locks", "index.json.state");
  const state = JSON.parse(readFileSync(path, "utf8")) as { twin?: { sinceMs: number } };
  if (state.twin) state.twin.sinceMs = sinceMs;
  writeFileSync(path, JSON.stringify(state));
}
