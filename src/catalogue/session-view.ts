import { Home } from "../log/home.js";
import type { SessionFull, SessionStatus } from "../schema/session.js";
import { formatTime } from "../schema/time.js";
import { byAlias, byWholeId } from "./session-lookup.js";
import type { SessionRow } from "./session-rows.js";
import type { SessionTable } from "./session-table.js";

/** A session of the catalogue as answers show it. @param live Rows (`n`) of the live sessions. */
export function viewRow(table: SessionTable, row: SessionRow, live: readonly number[]): SessionFull {
  const { parentSessionId, provider, ended } = row.state;
  const running = live.includes(row.n) ? "live" : "stale";
  return viewOf(row, { status: ended ? "ended" : running, parent: parentSessionId === null ? undefined : parentOf(table, parentSessionId, provider) });
}

/** Our id of a parent, which a child may know by the provider's. */
function parentOf(table: SessionTable, parentSessionId: string, provider: string): string {
  const found = byWholeId(table, parentSessionId) ?? byAlias(table, parentSessionId, provider)[0];
  return found?.id ?? parentSessionId;
}

/** A session as answers show it; what is not known is left out. @param parent session_id of the session that spawned it. */
export function viewOf(row: SessionRow, { status, parent }: { status: SessionStatus; parent: string | undefined }): SessionFull {
  const { state } = row;
  const lastEventAt = timeText(state.lastMs);
  return {
    session_id: row.id,
    ...known("title", state.title ?? state.firstWords),
    provider: state.provider,
    status,
    ...known("last", lastEventAt),
    ...known("workspace", state.workspace),
    events: state.events,
    ...known("model", state.model),
    ...known("parent", parent),
    ...known("provider_session_id", state.providerSessionId),
    ...known("started_at", timeText(state.startedMs)),
    ...known("ended_at", timeText(state.endedMs)),
    ...known("last_event_at", lastEventAt),
    ...known("command", state.command),
    user_messages: state.userMessages,
    tool_calls: state.toolCalls,
    tool_errors: state.toolErrors,
    ...known("tokens", state.tokens),
    completeness: state.completeness,
    backfilled: state.backfilled,
    ...known("source_paths", state.sourcePaths.length > 0 ? state.sourcePaths : null),
    log_path: Home.logPath(row.logsDir, row.id),
    events_uri: `session-log:///sessions/${row.id}/events.jsonl`,
  };
}

function timeText(ms: number | null): string | null {
  return ms === null ? null : formatTime(ms);
}

function known<Name extends string, Value>(name: Name, value: Value | null | undefined): { [name in Name]?: Value } {
  return value === null || value === undefined ? {} : ({ [name]: value } as { [name in Name]?: Value });
}
