import { z } from "zod";

/** What read_session and wait_for_events answer: a page of events. What events and session hold, the tools' descriptions and `EventView` say. */
export const pageOutput = {
  events: z.array(z.looseObject({})),
  hidden: z.record(z.string(), z.number()).optional(),
  first_seq: z.number().optional(),
  last_seq: z.number().optional(),
  has_more_before: z.boolean().optional(),
  has_more_after: z.boolean().optional(),
  next_after_seq: z.number().optional(),
  next: z.string().optional(),
  session: z.looseObject({}),
};

const schema = z.object(pageOutput);
export type PageAnswer = z.input<typeof schema>;
