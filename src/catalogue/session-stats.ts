import type { Span } from "./active-spans.js";

/** Time is summed up by this: every time zone of today is whole quarters of an hour away from UTC, so days of all of them are sums of quarters. */
export const quarterMs = 900_000;
/** The quarter of events whose time cannot be read. */
export const noQuarter = -(2 ** 40);
/** The agent of events without an `agent_id`. */
export const mainAgent = "main";

/** Sums over the events of one agent with one model in one quarter of an hour; null: no event says. */
export interface StatsCell {
  /** Quarters of an hour since the epoch. */
  quarter: number;
  agent: string;
  /** The model that the agent last named, before the first the first; "" where it never names one. */
  model: string;
  events: number;
  userMessages: number;
  assistantMessages: number;
  toolCalls: number;
  toolErrors: number;
  inputTokens: number | null;
  outputTokens: number | null;
  cacheReadTokens: number | null;
  cacheCreationTokens: number | null;
  costUsd: number | null;
}

/** Counts of a tool, or of a file that tools touch. */
export interface CallCounts {
  calls: number;
  results: number;
  errors: number;
}

export interface ToolCounts extends CallCounts {
  /** "" where a result's call is not known. */
  tool: string;
  kind: string;
}

/** A call whose result is still to come. */
export interface OpenCall {
  tool: string;
  kind: string;
  /** Keys (`pathKey`) of the files that it touches. */
  files: string[];
}

/** What the next lines of a log need to know of those before, as plain JSON. */
export interface OpenStats {
  /** By tool_id, oldest first. */
  calls: [toolId: string, call: OpenCall][];
  /** The model that each agent last named. */
  models: [agent: string, model: string][];
}

/** What some lines of a log add to the statistics of their session. */
export interface SessionStats {
  cells: readonly StatsCell[];
  tools: readonly ToolCounts[];
  /** By key (`pathKey`) of the file. */
  files: ReadonlyMap<string, CallCounts>;
  /** By agent; under "" those of the whole session. */
  spans: ReadonlyMap<string, readonly Span[]>;
  /** Agents that named a model for the first time: what they did before is of that model. */
  firstModels: readonly (readonly [agent: string, model: string])[];
  open: OpenStats;
}

export function noStats(): SessionStats {
  return { cells: [], tools: [], files: new Map(), spans: new Map(), firstModels: [], open: { calls: [], models: [] } };
}
