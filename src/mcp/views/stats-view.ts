import type { Mask, StatsGrouping, StatsSums } from "../../schema/ports.js";

/** Sums and their names in answers. */
const names: readonly (readonly [keyof StatsSums, string])[] = [
  ["sessions", "sessions"],
  ["events", "events"],
  ["userMessages", "user_messages"],
  ["assistantMessages", "assistant_messages"],
  ["toolCalls", "tool_calls"],
  ["toolErrors", "tool_errors"],
  ["inputTokens", "input_tokens"],
  ["outputTokens", "output_tokens"],
  ["cacheReadTokens", "cache_read_tokens"],
  ["cacheCreationTokens", "cache_creation_tokens"],
  ["totalCostUsd", "total_cost_usd"],
  ["durationMs", "duration_ms"],
];

/** Groupings whose keys are ids, names of providers, or ours; all others are recorded text. */
const plainKeys: ReadonlySet<StatsGrouping> = new Set(["session", "provider", "day"]);
/** Sums of money carry no more of the noise of binary fractions than this. */
const perUsd = 1e6;

/** Sums as answers say them; what is not known is absent. */
export function sumsView(sums: StatsSums): Record<string, number> {
  const known = names.flatMap(([field, name]) => {
    const value = sums[field];
    return value === undefined ? [] : [[name, field === "totalCostUsd" ? Math.round(value * perUsd) / perUsd : value] as const];
  });
  return Object.fromEntries(known);
}

/** A group as answers say it, its key masked. */
export function groupView(group: StatsSums & { key: string }, { groupBy, mask }: { groupBy: StatsGrouping; mask: Mask }): Record<string, unknown> {
  return { key: plainKeys.has(groupBy) ? group.key : mask(group.key), ...sumsView(group) };
}
