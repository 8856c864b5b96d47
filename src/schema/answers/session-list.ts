import { z } from "zod";
import type { SessionBrief, SessionFull } from "../session.js";

/** What list_sessions answers. */
export const sessionListOutput = z.object({
  sessions: z.array(z.looseObject({})),
  total: z.number(),
  next_cursor: z.string().optional(),
});

/** The answer with its sessions as they are; with detail full more is said of each. */
export type SessionList = Omit<z.infer<typeof sessionListOutput>, "sessions"> & { sessions: (SessionBrief & Partial<SessionFull>)[] };
