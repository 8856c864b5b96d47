import { z } from "zod";
import { LogCompleteness } from "./event.js";

/* Loose: fields that a later version or another program wrote are kept by who changes the file. */

const optional = <T extends z.ZodType>(schema: T) => schema.nullable().default(null as never);

/** One session in `<logs>/index.json`, with the seed's fields only. `log_path` is for other programs: it is never opened. */
export const SessionLogIndexEntry = z.looseObject({
  wrapper_session_id: z.string(),
  provider: z.string(),
  provider_session_id: optional(z.string()),
  log_path: z.string(),
  completeness: LogCompleteness,
  started_at: z.string(),
  ended_at: optional(z.string()),
  workspace_path: optional(z.string()),
  command: optional(z.string()),
  source_paths: z.array(z.string()).default([]),
  backfilled: z.boolean().default(false),
});
export type SessionLogIndexEntry = z.infer<typeof SessionLogIndexEntry>;

export const SessionLogIndex = z.looseObject({ sessions: z.array(SessionLogIndexEntry) });
export type SessionLogIndex = z.infer<typeof SessionLogIndex>;

/** One session in `<home>/sessions_index.json`. */
export const GlobalSessionEntry = z.looseObject({
  session_id: z.string(),
  project: z.string(),
  log_path: z.string(),
  provider: z.string(),
  started_at: z.string(),
});
export type GlobalSessionEntry = z.infer<typeof GlobalSessionEntry>;

export const GlobalSessionIndex = z.looseObject({ sessions: z.array(GlobalSessionEntry) });
export type GlobalSessionIndex = z.infer<typeof GlobalSessionIndex>;

/** `<logs>/backfill_state.json`: which sessions a backfill has imported, by `sessionKey`. */
export const BackfillState = z.looseObject({
  version: z.number().int().nonnegative().default(0),
  imported_session_keys: z.array(z.string()).default([]),
});
export type BackfillState = z.infer<typeof BackfillState>;
