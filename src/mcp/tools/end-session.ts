import { z } from "zod";
import { parseTime } from "../../schema/time.js";
import { resolveSession, writeSessionArg } from "../arguments/session-ref.js";
import { withoutUndefined } from "../arguments/without-undefined.js";
import { defineTool } from "../tool.js";

/** Ends a session. */
export const endSession = defineTool({
  name: "end_session",
  title: "End a session",
  description:
    "End a session that start_session made: writes session_result (where result is given) and session_ended. Ending twice changes nothing and answers already_ended. What a provider writes itself can be annotated, not ended.",
  args: z.strictObject({
    session_id: writeSessionArg,
    success: z.boolean().default(true).describe("Whether the session reached its aim"),
    error: z.string().min(1).optional().describe("What went wrong"),
    result: z.string().min(1).optional().describe("What came of it"),
  }),
  output: z.object({
    session_id: z.string(),
    ended_at: z.string(),
    last_seq: z.number(),
    event_count: z.number().optional(),
    duration_ms: z.number().optional(),
    already_ended: z.boolean(),
  }),
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  writes: true,
  async run({ session_id: ref, success, error, result }, context) {
    const sessionId = await resolveSession(ref, context, { forWriting: true });
    const ended = await context.logs.end(sessionId, { success, ...withoutUndefined({ error, result }) });
    const session = context.catalogue.get(sessionId);
    return {
      session_id: sessionId,
      ended_at: ended.endedAt,
      last_seq: ended.lastSeq,
      ...withoutUndefined({ event_count: session?.events, duration_ms: durationMs(session?.started_at, ended.endedAt) }),
      already_ended: ended.alreadyEnded,
    };
  },
});

function durationMs(startedAt: string | undefined, endedAt: string): number | undefined {
  const from = parseTime(startedAt ?? "");
  const to = parseTime(endedAt);
  return from === undefined || to === undefined ? undefined : Math.max(0, to - from);
}
