import type { StatsGroups, SumsView } from "../schema/answers/stats-groups.js";
import { tokenParts } from "../schema/token-parts.js";
import type { CommandContext } from "./command.js";
import { jsonLine } from "./json-line.js";
import { dollars, grouped, lengthOf, short } from "./look/numbers.js";
import { providerLook } from "./look/provider.js";
import { type Style, styleFor } from "./look/style.js";
import { type Column, table } from "./look/table.js";
import { wrapped } from "./look/wrap.js";
import { tellIfNothingYet } from "./nothing-yet.js";
import { allPages } from "./pages.js";
import { visible } from "./visible.js";

export interface StatsCommandOptions {
  /** Arguments of `session_stats`. */
  filters: Readonly<Record<string, unknown>>;
  /** Absent: the totals, and a table for each of the usual groupings. */
  by?: string;
  limit: number;
  json: boolean;
}

type Group = SumsView & { key: string };

/** What is shown where no grouping is asked for: days of two weeks, and the greatest of the others. */
const overview = [
  ["day", 14],
  ["provider", 10],
  ["model", 10],
] as const;

/** Sums up sessions. @returns The exit code. */
export async function statsCommand({ filters, by, limit, json }: StatsCommandOptions, context: CommandContext): Promise<0> {
  const { callTool, terminal } = context;
  const ask = (groupBy: string, wanted: number): Promise<StatsGroups> =>
    allPages((page) => callTool("session_stats", { ...filters, group_by: groupBy, ...page }), { items: "groups", limit: wanted, perPage: 1000 });
  const answer = await ask(by ?? "none", limit);
  if (json) {
    terminal.out(jsonLine(answer));
  } else {
    const style = styleFor(terminal);
    const columns = Math.min(terminal.columns, 160);
    const show = (one: StatsGroups, groupBy: string): string => groupsText(one, { by: groupBy, style, columns });
    const tables = by === undefined ? await Promise.all(overview.map(async ([groupBy, most]) => show(await ask(groupBy, most), groupBy))) : [show(answer, by)];
    terminal.out([totalsText(answer.totals, { style, columns }), ...tables].filter((text) => text !== "").join("\n"));
  }
  if (answer.totals.sessions === 0) await tellIfNothingYet(context);
  return 0;
}

function totalsText(totals: SumsView, { style, columns }: { style: Style; columns: number }): string {
  const facts: (readonly [count: number | undefined, one: string, more: string])[] = [
    [totals.sessions, "session", "sessions"],
    [totals.events, "event", "events"],
    [totals.user_messages, "prompt", "prompts"],
    [totals.assistant_messages, "answer", "answers"],
    [totals.tool_calls, "call", "calls"],
    [totals.tool_errors, "failed", "failed"],
  ];
  const counts = facts.flatMap(([count, one, more]) => (count === undefined ? [] : [`${style(grouped(count), "bold")} ${count === 1 ? one : more}`]));
  const tokens = tokenParts({ input: totals.input_tokens, output: totals.output_tokens, cache_read: totals.cache_read_tokens, cache_creation: totals.cache_creation_tokens });
  const used = tokens.map(([count, what]) => `${style(grouped(count), "bold")} ${what}`);
  const more = [
    ...(totals.total_cost_usd === undefined ? [] : [`${style(dollars(totals.total_cost_usd), "bold")} as far as agents say`]),
    ...(totals.duration_ms === undefined ? [] : [`${style(lengthOf(totals.duration_ms), "bold")} at work`]),
  ];
  return [counts.join(" · "), used.length > 0 ? `tokens: ${used.join(" · ")}` : "", more.join(" · ")].filter((line) => line !== "").flatMap((line) => wrapped(line, columns)).map((line) => `${line.trim()}\n`).join("");
}

/** What the bars show: output, which is what agents work for, else calls, as of tools, which no tokens are counted for. */
function measureOf(groups: readonly Group[]): { name: string; of(group: SumsView): number } {
  if (groups.some(({ output_tokens: output }) => (output ?? 0) > 0)) return { name: "output tokens", of: (group) => group.output_tokens ?? 0 };
  return { name: "calls", of: (group) => group.tool_calls ?? 0 };
}

function groupsText({ groups, next_cursor: next }: StatsGroups, { by, style, columns }: { by: string; style: Style; columns: number }): string {
  if (groups.length === 0) return "";
  const measure = measureOf(groups);
  const most = Math.max(1, ...groups.map(measure.of));
  const bar = (group: Group): string => barOf(measure.of(group) / most, columns >= 120 ? 30 : 16);
  const number = (title: string, of: (group: Group) => number | undefined, { drop, as = short }: { drop?: number; as?: (value: number) => string } = {}): Column<Group> => ({
    title,
    right: true,
    text: (group) => {
      const value = of(group);
      return value === undefined ? "" : as(value);
    },
    ...(drop !== undefined && { drop }),
  });
  const all: Column<Group>[] = [
    { title: by.replace("_", " "), text: ({ key }) => keyText(key, by), min: 24, looks: ({ key }) => (by === "provider" ? [providerLook(key).look] : ["bold"]) },
    { title: measure.name, text: bar, looks: () => ["cyan"] },
    number("sessions", (group) => group.sessions, { as: grouped, drop: 4 }),
    number("calls", (group) => group.tool_calls, { as: grouped, drop: 5 }),
    number("failed", (group) => group.tool_errors, { as: grouped, drop: 6 }),
    number("in", (group) => group.input_tokens, { drop: 3 }),
    number("out", (group) => group.output_tokens, { drop: 1 }),
    number("cached", (group) => group.cache_read_tokens, { drop: 7 }),
    number("cost", (group) => group.total_cost_usd, { as: dollars, drop: 2 }),
    number("at work", (group) => group.duration_ms, { as: lengthOf, drop: 8 }),
  ];
  return `${table(groups, all, { columns, style })}${next === undefined ? "" : style(`… more: stats --by ${by} --limit N\n`, "dim")}`;
}

function keyText(key: string, by: string): string {
  if (by === "provider") return `${providerLook(key).icon} ${visible(key)}`;
  return by === "session" ? key.slice(0, 12) : visible(key);
}

const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A bar in eighths of a cell; what is more than nothing is seen. */
function barOf(part: number, cells: number): string {
  const units = part > 0 ? Math.max(1, Math.round(part * cells * 8)) : 0;
  return "█".repeat(Math.floor(units / 8)) + (eighths[units % 8] ?? "");
}
