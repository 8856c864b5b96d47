import { DamagedFile } from "../io/derived-file.js";
import type { SqlValue } from "../io/sqlite.js";
import { toLogPlace, type LogPlace } from "../log/log-place.js";
import { pathKey } from "../log/path-key.js";
import type { SessionState } from "./session-state.js";
import type { OpenStats } from "./session-stats.js";

/** One session of the catalogue. */
export interface SessionRow extends LogPlace {
  state: SessionState;
  openStats: OpenStats;
}

type Columns = Readonly<Record<string, SqlValue>>;

/** @throws {DamagedFile} where the state cannot be read. */
export function toSessionRow(row: Columns): SessionRow {
  return { ...toLogPlace(row), state: readJson<SessionState>(row["state"]), openStats: readJson<OpenStats>(row["open_stats"]) };
}

/** What lists filter and sort by, as it stands in the row. */
export function sortColumns(id: string, state: SessionState) {
  return {
    provider: state.provider,
    workspace: state.workspace === null ? "" : pathKey(state.workspace),
    child: state.parentSessionId === null ? 0 : 1,
    ended: state.ended ? 1 : 0,
    lastMs: state.lastMs ?? 0,
    seenMs: Math.max(state.lastMs ?? 0, state.heartbeatMs ?? 0),
    searchText: searchKey(`${state.title ?? state.firstWords ?? ""}\n${id}`),
  };
}

/** The form in which titles and ids are searched. */
export function searchKey(text: string): string {
  return text.toLowerCase();
}

function readJson<T>(text: SqlValue | undefined): T {
  try {
    return JSON.parse(String(text)) as T;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new DamagedFile("Cannot read a session's state", { cause: error });
  }
}
