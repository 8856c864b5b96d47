import type { AnyLogEvent } from "../schema/event.js";
import { factOf, fieldsOf, textOrNull } from "../log/event-fields.js";
import type { SessionState } from "./session-state.js";

/** What a log says that is looked up by itself: each is a set, and only ever grows. */
export interface SessionFacts {
  /** Provider ids that the session ever had. */
  aliases: Set<string>;
  /** Pairs of provider ids: the second took the place of the first after a clear. */
  successors: [oldId: string, newId: string][];
}

export function noFacts(): SessionFacts {
  return { aliases: new Set(), successors: [] };
}

/**
 * Adds to `facts` what one line says; pure but for that.
 * @param before The state before that line: what it held already is not said again.
 */
export function collectFacts(facts: SessionFacts, before: SessionState | undefined, event: AnyLogEvent): void {
  const fields = fieldsOf(event);
  for (const id of providerIdsIn(event)) if (id !== before?.providerSessionId) facts.aliases.add(id);
  if (event.type === "session_cleared") {
    const [oldId, newId] = [textOrNull(fields["old_session_id"]), textOrNull(fields["new_session_id"])];
    if (oldId !== null && newId !== null && oldId !== newId) facts.successors.push([oldId, newId]);
  }
}

/** Provider ids of its session that one line names: at most two. */
export function providerIdsIn(event: AnyLogEvent): string[] {
  const fields = fieldsOf(event);
  return [textOrNull(fields["provider_session_id"]), factOf(fields, "provider_session_id")].filter((id) => id !== null);
}
