import { z } from "zod";
import { LogCompleteness } from "./event.js";

/**
 * `ended`: no session_started, message or tool event stands after the last session_ended.
 * `live`: last event or heartbeat under 30 s old, or a provider's process file names a living pid, or its native file grew within 10 min.
 * `stale`: neither.
 */
export const SessionStatus = z.enum(["live", "ended", "stale"]);
export type SessionStatus = z.infer<typeof SessionStatus>;

export const TokenCounts = z.object({
  input: z.number(),
  output: z.number(),
  cache_read: z.number().optional(),
  cache_creation: z.number().optional(),
});
export type TokenCounts = z.infer<typeof TokenCounts>;

/** A session in a list. What is not known is absent. */
export const SessionBrief = z.object({
  session_id: z.string(),
  title: z.string().optional(),
  provider: z.string(),
  status: SessionStatus,
  last: z.string().optional().describe("Time of the last event"),
  workspace: z.string().optional(),
  events: z.number().describe("Events in the log, heartbeats not counted"),
  model: z.string().optional(),
  parent: z.string().optional().describe("session_id of the session that spawned it"),
});
export type SessionBrief = z.infer<typeof SessionBrief>;

/** A session with all that is known of it. */
export const SessionFull = SessionBrief.extend({
  provider_session_id: z.string().optional(),
  started_at: z.string().optional(),
  ended_at: z.string().optional(),
  last_event_at: z.string().optional(),
  command: z.string().optional(),
  user_messages: z.number(),
  tool_calls: z.number(),
  tool_errors: z.number(),
  tokens: TokenCounts.optional(),
  completeness: LogCompleteness,
  backfilled: z.boolean(),
  source_paths: z.array(z.string()).optional(),
  log_path: z.string(),
  events_uri: z.string(),
});
export type SessionFull = z.infer<typeof SessionFull>;
