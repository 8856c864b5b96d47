import { z } from "zod";
import type { SessionFull } from "../session.js";

/** An event as it is shown. What says nothing is left out: `ok` is only ever false, `cut` only ever positive. */
export interface EventView {
  seq: number;
  type: string;
  tool?: string;
  /** Seq of the call that a result answers. */
  of?: number;
  ok?: false;
  agent?: string;
  ts?: string;
  /** Code points left out of `text`. */
  cut?: number;
  text?: string;
}

/** What read_session and wait_for_events answer: a page of events. What events and session hold, the tools' descriptions and `EventView` say. */
export const pageOutput = {
  events: z.array(z.looseObject({})),
  /** What the page leaves out, by type; `agents`: of sub-agents; `same_seq`: what a foreign writer gave the number of a shown event and has no room beside it. */
  hidden: z.record(z.string(), z.number()).optional(),
  first_seq: z.number().optional(),
  last_seq: z.number().optional(),
  has_more_before: z.boolean().optional(),
  has_more_after: z.boolean().optional(),
  next_after_seq: z.number().optional(),
  next: z.string().optional(),
  session: z.looseObject({}),
};
/** What wait_for_events answers. */
export const waitOutput = { ...pageOutput, timed_out: z.boolean().optional(), ended: z.boolean().optional() };

const page = z.object(pageOutput);
const wait = z.object(waitOutput);
export type PageAnswer = z.input<typeof page>;

type Brief<Answer> = Omit<Answer, "events" | "session"> & { events: EventView[]; session: Partial<SessionFull> & { session_id: string } };
/** A page of brief events, for who asked for these. */
export type EventPage = Brief<PageAnswer>;
/** The same of a wait. */
export type EventWait = Brief<z.input<typeof wait>>;
