import { CoreError } from "../../errors.js";
import type { Asker } from "../../schema/ports.js";
import { foldSessionId } from "../../schema/session-id.js";
import type { SessionFull } from "../../schema/session.js";
import type { ToolContext } from "../tool.js";
import { untilAskerIsLogged } from "./asking-session.js";
import { shortText } from "./short-text.js";

/** A session that is read. */
export const readSessionArg = shortText(256).describe("Id, a prefix of 4+ characters, latest, current or previous");
/** A session that is written to. */
export const writeSessionArg = shortText(256).describe("Whole id, or current");

/** References whose meaning depends on who asks. */
const askerRefs = new Set(["current", "previous"]);
const nobody: Asker = { providerSessionIds: [], workspace: "" };

/**
 * The whole id that a reference means. Who asks is found out only where that matters: it may cost a question to the client.
 * The log of who asks is waited for a little, so that a session that has just begun is not taken for the one before it.
 * @throws {CoreError} `SESSION_NOT_FOUND`, `AMBIGUOUS_SESSION`, `INVALID_ARGUMENT`.
 */
export async function resolveSession(ref: string, context: ToolContext, { forWriting }: { forWriting: boolean }): Promise<string> {
  const asker = isAskerRef(ref) ? await context.asker() : nobody;
  await untilAskerIsLogged(asker, context);
  return context.catalogue.resolve(ref, asker, { forWriting });
}

/** Whether a reference is a word that means another session for every asker. */
export function isAskerRef(ref: string): boolean {
  return askerRefs.has(foldSessionId(ref));
}

/**
 * The session that a reference means, for reading.
 * @throws {CoreError} As `resolveSession`.
 */
export async function sessionToRead(ref: string, context: ToolContext): Promise<SessionFull> {
  const sessionId = await resolveSession(ref, context, { forWriting: false });
  const session = context.catalogue.get(sessionId);
  if (session) return session;
  throw new CoreError("SESSION_NOT_FOUND", `session ${sessionId} has no log any more. Look it up with list_sessions.`);
}
