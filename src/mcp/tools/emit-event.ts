import { z } from "zod";
import { CoreError } from "../../errors.js";
import type { EventDraft } from "../../schema/event.js";
import type { Appended } from "../../schema/ports.js";
import { isSessionId } from "../../schema/session-id.js";
import { eventDrafts, eventKindsText } from "../arguments/event-drafts.js";
import { nameResults } from "../arguments/name-results.js";
import { resolveSession, writeSessionArg } from "../arguments/session-ref.js";
import { shortText } from "../arguments/short-text.js";
import { defineTool, type ToolContext } from "../tool.js";

const args = z.strictObject({
  session_id: writeSessionArg,
  message: z.string().min(1).optional().describe("Text of one user_event"),
  level: shortText(64).optional().describe("Level of message; default info"),
  event: z.record(z.string(), z.unknown()).optional().describe("One event"),
  events: z.array(z.record(z.string(), z.unknown())).min(1).max(1_000).optional().describe("Events, written all or none"),
  source_kind: z.enum(["wrapper", "stdout", "stderr"]).default("wrapper").describe("Where the events come from"),
  key: shortText(512).optional().describe("Retry key of message or event: written once however often sent"),
});

const output = z.object({
  session_id: z.string(),
  first_seq: z.number(),
  last_seq: z.number(),
  count: z.number(),
  repeated: z.number().optional(),
});

/** Appends events to a session. */
export const emitEvent = defineTool({
  name: "emit_event",
  title: "Record events",
  description: `Append to a session's log exactly one of message (a note), event or events. An event is {type, its fields}, and may carry ts (RFC 3339), agent_id, parent_tool_id, key. Kinds (? = may be missing): ${eventKindsText}. Answers the seqs given; repeated counts those whose key was there before.`,
  args,
  output,
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  writes: true,
  async run(given, context) {
    const drafts = draftsOf(given);
    const { sessionId, seqs, repeated } = await append(given.session_id, drafts, context);
    return {
      session_id: sessionId,
      first_seq: Math.min(...seqs),
      last_seq: Math.max(...seqs),
      count: seqs.length,
      ...(repeated > 0 && { repeated }),
    };
  },
});

type Given = z.output<typeof args>;

function draftsOf(given: Given): EventDraft[] {
  const { message, event, events, level, key, source_kind: sourceKind } = given;
  if (Number(message !== undefined) + Number(event !== undefined) + Number(events !== undefined) !== 1) {
    throw new CoreError("INVALID_ARGUMENT", "message, event, events: exactly one of them is allowed. Give one.");
  }
  if (level !== undefined && message === undefined) throw new CoreError("INVALID_ARGUMENT", "level goes with message only. Give an event its own fields.");
  if (key !== undefined && events) throw new CoreError("INVALID_ARGUMENT", "key goes with message or event. Give each of events its own key.");
  if (message !== undefined) return [{ sourceKind, kind: { type: "user_event", level: level ?? "info", message }, ...(key !== undefined && { extras: { key } }) }];
  if (events) return eventDrafts(events, { sourceKind, place: (index) => `events[${index}]` });
  if (key !== undefined && event?.["key"] !== undefined && event["key"] !== key) {
    throw new CoreError("INVALID_ARGUMENT", "key is not the key that event carries. Give one of them.");
  }
  return eventDrafts([{ ...event, ...(key !== undefined && { key }) }], { sourceKind, place: () => "event" });
}

/** A whole id goes straight to its log: the catalogue is asked only for what is no such id, and for what to say when there is no such log. */
async function append(ref: string, drafts: readonly EventDraft[], context: ToolContext): Promise<Appended> {
  if (isSessionId(ref)) {
    try {
      return await appendTo(ref, drafts, context);
    } catch (error) {
      if (!(error instanceof CoreError) || error.code !== "SESSION_NOT_FOUND") throw error;
    }
  }
  return appendTo(await resolveSession(ref, context, { forWriting: true }), drafts, context);
}

async function appendTo(sessionId: string, drafts: readonly EventDraft[], { logs }: ToolContext): Promise<Appended> {
  return logs.append(
    sessionId,
    nameResults(drafts, () => logs.backward(sessionId, Infinity)),
  );
}
