import type { SessionFull } from "../../schema/session.js";
import { askingSession } from "../arguments/asking-session.js";
import { sessionToRead } from "../arguments/session-ref.js";
import type { PromptContext } from "./prompt.js";

/**
 * The session that was worked in before, seen from a new one: the newest of this workspace that is not the asking session, else the newest of all.
 * Where nobody can tell who asks, a newest session that is being written is taken for the one that asks.
 * @throws {CoreError} `SESSION_NOT_FOUND` where there is none.
 */
export async function sessionBefore(context: PromptContext): Promise<SessionFull> {
  const asking = await askingSession(context);
  const workspace = await context.workspaceOf(undefined);
  for (const place of [{ workspace }, {}]) {
    const { sessions } = context.catalogue.list({ ...place, includeChildren: false, limit: 2 });
    const before = sessions.find(({ session_id, status }, nth) => (asking === undefined ? nth > 0 || status !== "live" : session_id !== asking));
    if (before) return before;
  }
  return sessionToRead("previous", context);
}
