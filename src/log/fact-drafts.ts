import type { EventDraft } from "../schema/event.js";
import { toDraft } from "./event-input.js";
import type { SessionFact } from "./index-entry.js";

/** A change of what is known of a session, as the event that keeps it in the log. */
export function factDraft(fact: SessionFact, value: string | null): EventDraft {
  return toDraft("wrapper", { type: "provider_status", message: fact, data: value });
}

/** A log's first event with the native files of its session: as a field of `session_started`, else as lines behind it. */
export function withSourcePaths(draft: EventDraft, paths: readonly string[]): EventDraft[] {
  const { kind } = draft;
  if (paths.length === 0) return [draft];
  if (kind.type !== "session_started") return [draft, ...paths.map((path) => factDraft("source_path", path))];
  const sourcePaths = [...new Set([...(kind.source_paths ?? []), ...paths])];
  return [{ ...draft, kind: { ...kind, source_paths: sourcePaths } }];
}
