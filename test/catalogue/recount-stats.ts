import { readFileSync } from "node:fs";
import type { StatsGrouping } from "../../src/schema/ports.js";

type Fields = Record<string, unknown>;
type Sums = Record<string, number>;
/** What belongs to one group: of the calls and results of a tool or file, and of whole events. */
interface Group {
  events: Fields[];
  sessions: Set<string>;
}

/** A session as statistics see it, and the events of its log. */
export interface CountedSession {
  id: string;
  provider: string;
  workspace: string;
  events: Fields[];
}

export function readEvents(logPath: string): Fields[] {
  const events = readFileSync(logPath, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line) as Fields);
  return events.filter((event) => event["type"] !== "heartbeat");
}

const agentOf = (event: Fields): string => String(event["agent_id"] ?? "main");

const namesModel = (event: Fields): boolean => ["session_started", "assistant_message", "usage"].includes(String(event["type"])) && Boolean(event["model"]);

/** The model of each event: the one that its agent named last, at it or before; else the first after it. */
function modelsOf(events: readonly Fields[]): string[] {
  const first = new Map<string, string>();
  for (const event of events) if (namesModel(event) && !first.has(agentOf(event))) first.set(agentOf(event), String(event["model"]));
  const last = new Map<string, string>();
  return events.map((event) => {
    if (namesModel(event)) last.set(agentOf(event), String(event["model"]));
    return last.get(agentOf(event)) ?? first.get(agentOf(event)) ?? "unknown";
  });
}

/** The call that each event is or answers. */
function callsOf(events: readonly Fields[]): (Fields | undefined)[] {
  const open = new Map<unknown, Fields>();
  return events.map((event) => {
    const id = event["tool_id"];
    if (event["type"] === "tool_call" && typeof id === "string") open.set(id, event);
    if (event["type"] === "tool_call") return event;
    if (event["type"] !== "tool_result") return undefined;
    const call = open.get(id);
    open.delete(id);
    return call;
  });
}

/** @param file Path that a call's input names. */
function keysOf(groupBy: StatsGrouping, session: CountedSession, { timeZone, file }: { timeZone: string; file: (call: Fields) => string | undefined }): (string | undefined)[] {
  const { events } = session;
  const isTool = (event: Fields) => event["type"] === "tool_call" || event["type"] === "tool_result";
  const calls = callsOf(events);
  const models = modelsOf(events);
  const days = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  return events.map((event, at) => {
    const call = calls[at] ?? event;
    const keys: Record<StatsGrouping, () => string | undefined> = {
      none: () => undefined,
      session: () => session.id,
      provider: () => session.provider,
      workspace: () => session.workspace,
      model: () => models[at],
      agent: () => agentOf(event),
      day: () => (typeof event["ts"] === "string" && event["ts"] !== "" ? days.format(new Date(event["ts"])) : "unknown"),
      tool: () => (isTool(event) ? String(call["tool_name"] ?? "unknown") : undefined),
      tool_kind: () => (isTool(event) ? String(call["tool_kind"] ?? "unknown") : undefined),
      file: () => (calls[at] ? file(calls[at]) : undefined),
    };
    return keys[groupBy]();
  });
}

function add(sums: Sums, name: string, value: unknown): void {
  if (typeof value === "number") sums[name] = (sums[name] ?? 0) + value;
}

function sumsOf(events: readonly Fields[], onlyCalls: boolean): Sums {
  const sums: Sums = { events: events.length };
  for (const event of events) {
    const type = event["type"];
    if (type === "tool_call") add(sums, "toolCalls", 1);
    if (type === "tool_result" && event["success"] === false) add(sums, "toolErrors", 1);
    if (onlyCalls) continue;
    if (type === "user_message" && agentOf(event) === "main") add(sums, "userMessages", 1);
    if (type === "assistant_message") add(sums, "assistantMessages", 1);
    if (type !== "usage") continue;
    add(sums, "inputTokens", event["input_tokens"]);
    add(sums, "outputTokens", event["output_tokens"]);
    add(sums, "cacheReadTokens", event["cache_read_tokens"]);
    add(sums, "cacheCreationTokens", event["cache_creation_tokens"]);
    add(sums, "totalCostUsd", event["total_cost_usd"]);
  }
  return sums;
}

/** Gaps under 5 minutes between events in order of time, each given to `share`. */
function eachGap(events: readonly Fields[], share: (fromMs: number, toMs: number) => void): void {
  const times = events.map((event) => Date.parse(String(event["ts"]))).filter((ms) => !Number.isNaN(ms)).sort((one, other) => one - other);
  for (let at = 1; at < times.length; at++) {
    const [from = 0, to = 0] = [times[at - 1], times[at]];
    if (to - from < 300_000) share(from, to);
  }
}

function lengthOf(events: readonly Fields[]): number {
  let sum = 0;
  eachGap(events, (from, to) => (sum += to - from));
  return sum;
}

/** A gap over midnight belongs to both days: counted second by second, as no day begins within one. */
function durationsByDay(sessions: readonly CountedSession[], timeZone: string): Map<string, number> {
  const days = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  const sums = new Map<string, number>();
  for (const { events } of sessions) {
    eachGap(events, (from, to) => {
      for (let ms = from, next = 0; ms < to; ms = next) {
        next = Math.min(to, Math.floor(ms / 1000) * 1000 + 1000);
        sums.set(days.format(ms), (sums.get(days.format(ms)) ?? 0) + next - ms);
      }
    });
  }
  return sums;
}

function durations(groupBy: StatsGrouping, sessions: readonly CountedSession[], timeZone: string): Map<string, number> {
  if (groupBy === "day") return durationsByDay(sessions, timeZone);
  const sums = new Map<string, number>();
  const give = (key: string, events: readonly Fields[]): void => void sums.set(key, (sums.get(key) ?? 0) + lengthOf(events));
  for (const session of sessions) {
    if (groupBy === "session") give(session.id, session.events);
    if (groupBy === "provider") give(session.provider, session.events);
    if (groupBy === "workspace") give(session.workspace, session.events);
    if (groupBy === "agent") for (const agent of new Set(session.events.map(agentOf))) give(agent, session.events.filter((event) => agentOf(event) === agent));
  }
  return sums;
}

const rounded = (sums: Sums): Sums => Object.fromEntries(Object.entries(sums).map(([name, value]) => [name, Math.round(value * 1e6) / 1e6]));
const withDuration = (sums: Sums, ms: number): Sums => rounded(ms > 0 ? { ...sums, durationMs: ms } : sums);

/** All groups and the totals of `sessions`, counted the plain way from their events. Money is rounded to a millionth. */
export function recount(
  groupBy: StatsGrouping,
  sessions: readonly CountedSession[],
  options: { timeZone: string; file: (call: Fields) => string | undefined },
): { groups: Map<string, Sums>; totals: Sums } {
  const groups = new Map<string, Group>();
  for (const session of sessions) {
    const keys = keysOf(groupBy, session, options);
    for (const [at, key] of keys.entries()) {
      if (key === undefined) continue;
      const group = groups.get(key) ?? { events: [], sessions: new Set() };
      groups.set(key, group);
      group.events.push(session.events[at] ?? {});
      group.sessions.add(session.id);
    }
  }
  const lengths = durations(groupBy, sessions, options.timeZone);
  const onlyCalls = groupBy === "tool" || groupBy === "tool_kind" || groupBy === "file";
  const all = sessions.flatMap(({ events }) => events);
  return {
    groups: new Map([...groups].map(([key, group]) => [key, withDuration({ ...sumsOf(group.events, onlyCalls), sessions: group.sessions.size }, lengths.get(key) ?? 0)])),
    totals: withDuration({ ...sumsOf(all, false), sessions: sessions.length }, sessions.reduce((sum, { events }) => sum + lengthOf(events), 0)),
  };
}
