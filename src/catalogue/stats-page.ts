import { randomUUID } from "node:crypto";
import { encodeCursor } from "../schema/cursor.js";
import type { StatsPage, StatsQuery, StatsSums } from "../schema/ports.js";
import type { SessionTable } from "./session-table.js";
import { askedDigest, keyDigest, type StatsCursor } from "./stats-cursor.js";
import { ChosenSessions } from "./stats-sums.js";
import type { StatsGroup } from "./stats-values.js";

/** The groups of walks that began lately, in the order in which they began; so many are kept. */
const mostWalks = 8;
/** The key of what no event tells, as it is shown. */
const unknownKey = "unknown";

/**
 * The orders of walks through groups. Sums grow while somebody walks, so that groups move: a walk keeps the order in which it began,
 * and shows each group as it now is.
 */
export class StatsWalks {
  readonly #orders = new Map<string, readonly string[]>();

  begin(order: readonly string[]): string {
    const [oldest] = this.#orders.keys();
    if (this.#orders.size >= mostWalks && oldest !== undefined) this.#orders.delete(oldest);
    const walk = randomUUID();
    this.#orders.set(walk, order);
    return walk;
  }

  order(walk: string): readonly string[] | undefined {
    return this.#orders.get(walk);
  }
}

/** A group with its place in the order of a walk. */
interface PlacedGroup {
  group: StatsGroup;
  index: number;
}

/**
 * A page of sums, the greatest groups first: by tokens, then by events; days newest first. Within a transaction, so that groups and totals
 * are of one moment.
 * @param options.live Rows (`n`) of the live sessions.
 */
export function statsPage(
  table: SessionTable,
  query: StatsQuery,
  options: { cursor: StatsCursor | undefined; walks: StatsWalks; live: readonly number[]; nowMs: number },
): StatsPage {
  const { cursor, walks, live, nowMs } = options;
  const asked = cursor ? { ...query, ...timesOf(cursor) } : query;
  const chosen = new ChosenSessions(table, asked, live);
  const groups = chosen.groups(asked);
  const kept = cursor && walks.order(cursor.walk);
  const behind = cursor && kept ? inOrder(groups, kept, cursor.index + 1) : behindPlace(groups, asked, cursor);
  const page = behind.slice(0, asked.limit);
  // One page more or less: its bytes may be too many for the answer, so a walk begins wherever there are two groups.
  const walk = kept || behind.length < 2 ? (cursor?.walk ?? "") : walks.begin(behind.map(({ group }) => group.key));
  const common = { asked: askedDigest(asked), ...timesOf(asked), beganMs: cursor?.beganMs ?? nowMs, walk };
  return {
    groups: page.map(({ group }) => ({ key: group.key === "" ? unknownKey : group.key, ...group.sums })),
    totals: chosen.totals(asked.groupBy, groups),
    cursorAfter: page.map(({ group, index }, nth) => (nth + 1 < behind.length ? encodeCursor({ ...common, index, ...rankOf(group), key: keyDigest(group.key) }) : undefined)),
  };
}

/** What a walk has still to show, as it now is; what is gone is passed over. */
function inOrder(groups: readonly StatsGroup[], order: readonly string[], from: number): PlacedGroup[] {
  const byKey = new Map(groups.map((group) => [group.key, group]));
  return order.slice(from).flatMap((key, nth) => {
    const group = byKey.get(key);
    return group ? [{ group, index: from + nth }] : [];
  });
}

/** All groups in order, or those behind a place of which only the group itself is known. */
function behindPlace(groups: StatsGroup[], { groupBy }: StatsQuery, cursor: StatsCursor | undefined): PlacedGroup[] {
  const compare = groupBy === "day" ? newestDayFirst : greatestFirst;
  const ordered = groups.toSorted((one, other) => compare(rankOf(one), rankOf(other)));
  const key = cursor && groups.find((group) => keyDigest(group.key) === cursor.key)?.key;
  const behind = cursor ? ordered.filter((group) => compare(rankOf(group), { ...cursor, key: key ?? "" }) > 0) : ordered;
  return behind.map((group, index) => ({ group, index }));
}

interface Rank {
  tokens: number;
  events: number;
  key: string;
}

function rankOf({ key, sums }: StatsGroup): Rank {
  return { tokens: tokensOf(sums), events: sums.events, key };
}

function tokensOf({ inputTokens = 0, outputTokens = 0, cacheReadTokens = 0, cacheCreationTokens = 0 }: StatsSums): number {
  return inputTokens + outputTokens + cacheReadTokens + cacheCreationTokens;
}

function greatestFirst(one: Rank, other: Rank): number {
  return other.tokens - one.tokens || other.events - one.events || compareKeys(one.key, other.key);
}

function newestDayFirst(one: Rank, other: Rank): number {
  return compareKeys(other.key, one.key);
}

function compareKeys(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function timesOf({ sinceMs, untilMs }: { sinceMs?: number | undefined; untilMs?: number | undefined }): { sinceMs?: number; untilMs?: number } {
  return { ...(sinceMs !== undefined && { sinceMs }), ...(untilMs !== undefined && { untilMs }) };
}
