import { z } from "zod";

/** What session_stats answers. */
export const statsOutput = z.object({
  groups: z.array(z.looseObject({})),
  totals: z.looseObject({}),
  next_cursor: z.string().optional(),
});

/** Sums as answers name them; what no event says is absent. */
export interface SumsView {
  sessions: number;
  events: number;
  user_messages?: number;
  assistant_messages?: number;
  tool_calls?: number;
  tool_errors?: number;
  input_tokens?: number;
  output_tokens?: number;
  cache_read_tokens?: number;
  cache_creation_tokens?: number;
  total_cost_usd?: number;
  duration_ms?: number;
}

/** The answer with its groups as they are. */
export type StatsGroups = Omit<z.infer<typeof statsOutput>, "groups" | "totals"> & { groups: (SumsView & { key: string })[]; totals: SumsView };
