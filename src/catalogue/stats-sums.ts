import type { Row } from "../io/sqlite.js";
import type { StatsGrouping, StatsQuery, StatsSums } from "../schema/ports.js";
import { foldSessionId } from "../schema/session-id.js";
import { where } from "./list-page.js";
import { reversedKey } from "../log/path-key.js";
import { filterConditions, timeConditions, workspaceCondition, type Condition } from "./session-filter.js";
import { noQuarter, quarterMs } from "./session-stats.js";
import type { SessionTable } from "./session-table.js";
import { duration, sumOf, toSums, type StatsGroup } from "./stats-values.js";
import { dayText, utcDaySql, ZoneDays } from "./zone-days.js";

/** What is summed up, by the name of its column and the SQL of what a row adds. */
const ofCells: [name: string, sql: string][] = [
  "events",
  "user_messages",
  "assistant_messages",
  "tool_calls",
  "tool_errors",
  "input_tokens",
  "output_tokens",
  "cache_read_tokens",
  "cache_creation_tokens",
  "cost_usd",
].map((name) => [name, `c.${name}`]);
const ofCalls: typeof ofCells = [
  ["events", "c.calls + c.results"],
  ["tool_calls", "c.calls"],
  ["tool_errors", "c.errors"],
];

/** What a grouping groups by, in SQL: `c` is the table of sums, `s` the sessions. A day is SQL of its own. */
const keys: Readonly<Record<Exclude<StatsGrouping, "none" | "day">, string>> = {
  session: "s.id",
  provider: "s.provider",
  workspace: "s.workspace",
  model: "c.model",
  agent: "c.agent",
  tool: "c.tool",
  tool_kind: "c.kind",
  file: "c.reversed",
};
const callTables: Readonly<Partial<Record<StatsGrouping, string>>> = { tool: "stats_tools", tool_kind: "stats_tools", file: "session_files" };

/** The sums over the sessions that a query's filters leave: in all, and by group. */
export class ChosenSessions {
  readonly #table: SessionTable;
  readonly #conditions: readonly Condition[];

  /** @param live Rows (`n`) of the live sessions. */
  constructor(table: SessionTable, query: StatsQuery, live: readonly number[]) {
    this.#table = table;
    this.#conditions = conditionsOf(query, live);
  }

  /** @param groups Those of these sessions: where each event is in one of them, they are the quicker way to the totals. */
  totals(groupBy: StatsGrouping, groups: readonly StatsGroup[]): StatsSums {
    const sessions = this.#rows(`SELECT COUNT(*) AS sessions FROM sessions s ${where(this.#conditions)}`)[0];
    const isEach = groupBy !== "none" && callTables[groupBy] === undefined;
    const sums = isEach ? sumOf(groups) : toSums(this.#rows(`SELECT ${sumsOf(ofCells)} FROM stats_cells c WHERE ${this.#chosen}`)[0] ?? {});
    const lengths = this.#rows(`SELECT SUM(c.end_ms - c.start_ms) AS ms FROM stats_spans c WHERE c.agent = '' AND ${this.#chosen}`)[0];
    return { ...sums, sessions: Number(sessions?.["sessions"]), ...duration(Number(lengths?.["ms"] ?? 0)) };
  }

  /** In no order. @throws {CoreError} `INVALID_ARGUMENT` for an unknown time zone. */
  groups({ groupBy, timeZone }: Pick<StatsQuery, "groupBy" | "timeZone">): StatsGroup[] {
    if (groupBy === "none") return [];
    if (groupBy === "day") return this.#days(timeZone);
    const key = keys[groupBy];
    const groups = this.#grouped(key, callTables[groupBy] ?? "stats_cells");
    if (groupBy === "file") return groups.map((group) => ({ ...group, key: reversedKey(group.key) }));
    const durations = this.#durations(key);
    return groups.map((group) => ({ key: group.key, sums: { ...group.sums, ...duration(durations.get(group.key) ?? 0) } }));
  }

  #days(timeZone: string): StatsGroup[] {
    // First by quarter of an hour, in the order of the table: what is to be brought into the order of days are fewer rows then.
    const quarters = `SELECT c.n, c.quarter, ${sumsOf(ofCells)} FROM stats_cells c WHERE ${this.#chosen} GROUP BY 1, 2`;
    const known = `SELECT DISTINCT c.n, c.quarter FROM stats_cells c WHERE c.quarter <> ${noQuarter} AND ${this.#chosen}`;
    const utcDays = this.#rows(`SELECT DISTINCT ${utcDaySql("c.quarter")} AS day FROM (${known}) c ORDER BY 1`);
    const days = new ZoneDays(timeZone, utcDays.map((row) => Number(row["day"])));
    const durations = this.#durationsByDay(days);
    const day = `CASE WHEN c.quarter = ${noQuarter} THEN '' ELSE ${days.sql("c.quarter")} END`;
    const rows = this.#rows(`SELECT ${day} AS key, COUNT(DISTINCT c.n) AS sessions, ${sumsAgain(ofCells)} FROM (${quarters}) c GROUP BY 1`);
    return rows.map(toGroup).map(({ key, sums }) => ({
      key: key === "" ? "" : dayText(Number(key)),
      sums: { ...sums, ...duration(durations.get(Number(key)) ?? 0) },
    }));
  }

  #grouped(key: string, table: string): StatsGroup[] {
    const summed = table === "stats_cells" ? ofCells : ofCalls;
    // First by session, in the order of the table: sessions need not be told apart then, nor many rows be joined.
    const ofSession = key.startsWith("s.") ? "''" : key;
    const bySession = `SELECT c.n, ${ofSession} AS part, ${sumsOf(summed)} FROM ${table} c WHERE ${this.#chosen} GROUP BY 1, 2`;
    const whole = key.startsWith("s.") ? key : "c.part";
    return this.#rows(`SELECT ${whole} AS key, COUNT(*) AS sessions, ${sumsAgain(summed)} FROM (${bySession}) c ${joined(key)} GROUP BY 1`).map(toGroup);
  }

  /** Of what belongs to a session or an agent; the gaps between the events of a model or a tool are nobody's time. */
  #durations(key: string): Map<string, number> {
    if (!key.startsWith("s.") && key !== keys.agent) return new Map();
    const whose = key === keys.agent ? "c.agent <> ''" : "c.agent = ''";
    const rows = this.#rows(`SELECT ${key} AS key, SUM(c.end_ms - c.start_ms) AS ms FROM stats_spans c ${joined(key)} WHERE ${whose} AND ${this.#chosen} GROUP BY 1`);
    return new Map(rows.map((row) => [String(row["key"]), Number(row["ms"])]));
  }

  /** A span that goes on past midnight belongs to each day with its part. */
  #durationsByDay(days: ZoneDays): Map<number, number> {
    const dayAt = (column: string): string => days.sql(`(${column} / ${quarterMs})`);
    const [startDay, endDay] = [dayAt("c.start_ms"), dayAt("c.end_ms")];
    const from = `FROM stats_spans c WHERE c.agent = '' AND ${this.#chosen}`;
    const within = this.#rows(`SELECT ${startDay} AS day, SUM(c.end_ms - c.start_ms) AS ms ${from} AND ${startDay} = ${endDay} GROUP BY 1`);
    const across = this.#rows(`SELECT c.start_ms, c.end_ms ${from} AND ${startDay} <> ${endDay}`);
    const sums = new Map(within.map((row) => [Number(row["day"]), Number(row["ms"])]));
    for (const row of across) {
      const endMs = Number(row["end_ms"]);
      for (let ms = Number(row["start_ms"]), next: number; ms < endMs; ms = next) {
        next = Math.min(days.nextDayMs(ms), endMs);
        sums.set(days.dayOf(ms), (sums.get(days.dayOf(ms)) ?? 0) + next - ms);
      }
    }
    return sums;
  }

  get #chosen(): string {
    return this.#conditions.length === 0 ? "1" : `c.n IN (SELECT s.n FROM sessions s ${where(this.#conditions)})`;
  }

  #rows(sql: string): Row[] {
    const params = this.#conditions.flatMap((condition) => condition.params);
    // Not kept as prepared: its text depends on the time zone and the filters.
    return this.#table.db.prepare(sql).all(...params);
  }
}

function conditionsOf(query: StatsQuery, live: readonly number[]): Condition[] {
  const { sessionId, workspace } = query;
  const conditions: Condition[] = sessionId === undefined ? [] : [{ sql: "s.id_key = ?", params: [foldSessionId(sessionId)] }];
  // A session that is asked for by its id need not be asked for as a child.
  conditions.push(...filterConditions(sessionId === undefined ? query : { ...query, includeChildren: true }, live));
  conditions.push(...timeConditions(query, "s.last_ms"));
  if (workspace !== undefined) conditions.push(workspaceCondition(workspace, "s.workspace"));
  return conditions;
}

function sumsOf(summed: readonly (readonly [name: string, sql: string])[]): string {
  return summed.map(([name, sql]) => `SUM(${sql}) AS ${name}`).join(", ");
}

/** Of what `sumsOf` has summed up. */
function sumsAgain(summed: readonly (readonly [name: string, sql: string])[]): string {
  return sumsOf(summed.map(([name]) => [name, `c.${name}`]));
}

function toGroup(row: Row): StatsGroup {
  return { key: String(row["key"]), sums: toSums(row) };
}

function joined(key: string): string {
  return key.startsWith("s.") ? "CROSS JOIN sessions s ON s.n = c.n" : "";
}
