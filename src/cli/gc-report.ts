import type { Mask, PlannedRemoval } from "../schema/ports.js";
import type { SessionFull } from "../schema/session.js";
import { counted } from "./counted.js";
import { visible } from "./visible.js";

export interface GcReport {
  /** What is removed, or would be. */
  sessions: { session: SessionFull; sizeBytes: number }[];
  /** What was chosen too, and stays. */
  kept: readonly PlannedRemoval[];
  /** Sessions that a removed one spawned, and that stay. */
  children: SessionFull[];
  /** How many sessions of the home stay. */
  staying: number;
  isDone: boolean;
}

/** Text of a session that is shown: its secrets are masked before it is cut. */
const longestTitle = 50;

/** As `--json` prints it. */
export function gcJson({ sessions, kept, children, staying, isDone }: GcReport, mask: Mask): object {
  return {
    removed: isDone,
    sessions: sessions.map(({ session, sizeBytes }) => ({
      session_id: session.session_id,
      provider: session.provider,
      ...(session.title !== undefined && { title: mask(session.title) }),
      ...(session.last !== undefined && { last: session.last }),
      bytes: sizeBytes,
    })),
    bytes: bytesOf(sessions),
    kept: kept.map(({ sessionId, keptBecause }) => ({ session_id: sessionId, because: keptBecause })),
    children: children.map(({ session_id, parent }) => ({ session_id, parent })),
    staying,
  };
}

/** What people read before they are asked. */
export function gcText({ sessions, kept, children, staying }: GcReport, mask: Mask): string {
  const lines = sessions.map(({ session, sizeBytes }) => {
    const title = visible(mask(session.title ?? "")).slice(0, longestTitle);
    return `  ${session.session_id}  ${session.provider.padEnd(8)}  ${(session.last ?? "").slice(0, 16).padEnd(16)}  ${megabytes(sizeBytes).padStart(8)} MB  ${title}`.trimEnd();
  });
  return [
    ...(sessions.length === 0 ? ["No session is to be removed."] : ["To be removed, with all that databases and indexes say of them:", ...lines]),
    ...kept.map(({ sessionId, keptBecause }) => `  ${sessionId} stays: ${keptBecause}`),
    ...children.map(({ session_id, parent }) => `  ${session_id}, a child of ${parent}, stays`),
    `${counted(sessions.length, "session")}, ${megabytes(bytesOf(sessions))} MB; ${staying} stay`,
    "",
  ].join("\n");
}

function bytesOf(sessions: GcReport["sessions"]): number {
  return sessions.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(2);
}
