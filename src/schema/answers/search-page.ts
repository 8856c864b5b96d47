import { z } from "zod";
import type { EventView } from "./event-page.js";

/** What search_sessions answers. */
export const searchOutput = z.object({
  hits: z.array(z.looseObject({})),
  sessions: z.array(z.looseObject({})),
  total: z.number(),
  total_is_exact: z.boolean(),
  excluded: z.number().optional(),
  elsewhere: z.number().optional(),
  index: z.looseObject({ complete: z.boolean() }),
  next: z.string().optional(),
  next_cursor: z.string().optional(),
});

/** A hit as it is shown. */
export interface HitView {
  session_id: string;
  seq: number;
  type: string;
  tool?: string;
  ts: string;
  text: string;
  context?: EventView[];
}

/** A session beside its hits. */
export interface HitSession {
  session_id: string;
  title?: string;
  provider?: string;
  workspace?: string;
}

/** The answer with its hits, their sessions and the state of the index as they are. */
export type SearchHits = Omit<z.infer<typeof searchOutput>, "hits" | "sessions" | "index"> & {
  hits: HitView[];
  sessions: HitSession[];
  index: { complete: boolean; pending_bytes?: number };
};
