import type { Row } from "../io/sqlite.js";
import type { StatsSums } from "../schema/ports.js";

/** Sums of one group; "" is what no event tells. */
export interface StatsGroup {
  key: string;
  sums: StatsSums;
}

/** A row of sums by the names of their columns. A count of 0 says nothing; a sum of tokens may well be 0. */
export function toSums(row: Row): StatsSums {
  const counts = (name: string): number | undefined => Number(row[name] ?? 0) || undefined;
  const sums = (name: string): number | undefined => (row[name] === null || row[name] === undefined ? undefined : Number(row[name]));
  const known = {
    userMessages: counts("user_messages"),
    assistantMessages: counts("assistant_messages"),
    toolCalls: counts("tool_calls"),
    toolErrors: counts("tool_errors"),
    inputTokens: sums("input_tokens"),
    outputTokens: sums("output_tokens"),
    cacheReadTokens: sums("cache_read_tokens"),
    cacheCreationTokens: sums("cache_creation_tokens"),
    totalCostUsd: sums("cost_usd"),
  };
  const said = Object.entries(known).filter(([, value]) => value !== undefined);
  return { sessions: Number(row["sessions"] ?? 0), events: Number(row["events"] ?? 0), ...Object.fromEntries(said) };
}

/** What the groups sum up to, but for time. Sessions, which may be in several groups, are added up like all else. */
export function sumOf(groups: readonly StatsGroup[]): StatsSums {
  const total: StatsSums = { sessions: 0, events: 0 };
  for (const { sums } of groups) {
    for (const [name, value] of Object.entries(sums) as [keyof StatsSums, number][]) total[name] = (total[name] ?? 0) + value;
  }
  delete total.durationMs;
  return total;
}

/** A length of time as it stands among sums: none says nothing. */
export function duration(ms: number): { durationMs?: number } {
  return ms > 0 ? { durationMs: ms } : {};
}
