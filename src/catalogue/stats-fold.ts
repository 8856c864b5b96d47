import type { AnyLogEvent } from "../schema/event.js";
import { inferToolKind } from "../schema/tool-kind.js";
import { addSpan, type Span } from "./active-spans.js";
import { fieldsOf, numberOrZero, textOrNull, type EventFields } from "../log/event-fields.js";
import { mainAgent, noQuarter, quarterMs, type CallCounts, type OpenCall, type OpenStats, type SessionStats, type StatsCell, type ToolCounts } from "./session-stats.js";
import { touchedFiles } from "../log/touched-files.js";

/** Kinds whose `model` is that of the agent. */
const namingModels: ReadonlySet<string> = new Set(["session_started", "assistant_message", "usage"]);
/** So many calls wait for their results at most; the oldest go first. */
const mostOpenCalls = 256;

/** Sums up the lines of one log, in order, from where the catalogue stands or from the first. */
export class StatsFold {
  readonly #cells = new Map<string, StatsCell>();
  readonly #tools = new Map<string, ToolCounts>();
  readonly #files = new Map<string, CallCounts>();
  readonly #spans = new Map<string, Span[]>();
  readonly #firstModels: [string, string][] = [];
  readonly #calls: Map<string, OpenCall>;
  readonly #models: Map<string, string>;
  #lastCell: StatsCell | undefined;

  /** @param open What the lines before left open; undefined before the first line. */
  constructor(open: OpenStats | undefined) {
    this.#calls = new Map(open?.calls);
    this.#models = new Map(open?.models);
  }

  /**
   * Takes the next line; heartbeats count for nothing.
   * @param options.ms Its time, null where it cannot be read. @param options.workspace That of the session before this line.
   */
  take(event: AnyLogEvent, { ms, workspace }: { ms: number | null; workspace: string | null }): void {
    if (event.type === "heartbeat") return;
    const fields = fieldsOf(event);
    const agent = textOrNull(fields["agent_id"]) ?? mainAgent;
    this.#takeModel(agent, fields);
    if (ms !== null) this.#takeTime(agent, { startMs: ms, endMs: ms });
    count(this.#cell(ms, agent), fields, agent);
    if (event.type === "tool_call") this.#takeCall(fields, workspace);
    if (event.type === "tool_result") this.#takeResult(fields);
  }

  /** All that the lines taken so far add. */
  sums(): SessionStats {
    return {
      cells: [...this.#cells.values()],
      tools: [...this.#tools.values()],
      files: this.#files,
      spans: this.#spans,
      firstModels: this.#firstModels,
      open: { calls: [...this.#calls], models: [...this.#models] },
    };
  }

  #takeTime(agent: string, span: Span): void {
    addSpan(entry(this.#spans, "", () => []), { ...span });
    addSpan(entry(this.#spans, agent, () => []), span);
  }

  #takeModel(agent: string, fields: EventFields): void {
    const model = namingModels.has(String(fields["type"])) ? textOrNull(fields["model"]) : null;
    if (model === null) return;
    if (!this.#models.has(agent)) this.#nameFirst(agent, model);
    this.#models.set(agent, model);
  }

  #nameFirst(agent: string, model: string): void {
    this.#firstModels.push([agent, model]);
    const before = [...this.#cells].filter(([, cell]) => cell.agent === agent);
    for (const [key, cell] of before) {
      this.#cells.delete(key);
      cell.model = model;
      this.#cells.set(cellKey(cell.quarter, agent, model), cell);
    }
  }

  #cell(ms: number | null, agent: string): StatsCell {
    const quarter = ms === null ? noQuarter : Math.floor(ms / quarterMs);
    const model = this.#models.get(agent) ?? "";
    const last = this.#lastCell;
    if (last && last.quarter === quarter && last.agent === agent && last.model === model) return last;
    this.#lastCell = entry(this.#cells, cellKey(quarter, agent, model), () => emptyCell(quarter, agent, model));
    return this.#lastCell;
  }

  #takeCall(fields: EventFields, workspace: string | null): void {
    const tool = textOrNull(fields["tool_name"]) ?? "";
    const call = { tool, kind: textOrNull(fields["tool_kind"]) ?? inferToolKind(tool), files: touchedFiles(fields, workspace) };
    for (const counts of this.#countsOf(call)) counts.calls += 1;
    const id = textOrNull(fields["tool_id"]);
    if (id === null) return;
    this.#calls.set(id, call);
    const [oldest] = this.#calls.keys();
    if (this.#calls.size > mostOpenCalls && oldest !== undefined) this.#calls.delete(oldest);
  }

  /** A result counts for its call's tool and files; without a call for the tool that it names itself. */
  #takeResult(fields: EventFields): void {
    const id = textOrNull(fields["tool_id"]) ?? "";
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    for (const counts of this.#countsOf(call ?? namedBy(fields))) {
      counts.results += 1;
      if (fields["success"] === false) counts.errors += 1;
    }
  }

  #countsOf({ tool, kind, files }: OpenCall): CallCounts[] {
    const ofTool = entry(this.#tools, `${kind.length} ${kind}${tool}`, () => ({ tool, kind, ...noCalls() }));
    return [ofTool, ...files.map((file) => entry(this.#files, file, noCalls))];
  }
}

function namedBy(fields: EventFields): OpenCall {
  const tool = textOrNull(fields["tool_name"]) ?? "";
  return { tool, kind: textOrNull(fields["tool_kind"]) ?? (tool === "" ? "" : inferToolKind(tool)), files: [] };
}

function count(cell: StatsCell, fields: EventFields, agent: string): void {
  cell.events += 1;
  switch (fields["type"]) {
    case "user_message":
      // What a sub-agent is told is the main agent's word.
      if (agent === mainAgent) cell.userMessages += 1;
      break;
    case "assistant_message":
      cell.assistantMessages += 1;
      break;
    case "tool_call":
      cell.toolCalls += 1;
      break;
    case "tool_result":
      if (fields["success"] === false) cell.toolErrors += 1;
      break;
    case "usage":
      countUsage(cell, fields);
  }
}

function countUsage(cell: StatsCell, fields: EventFields): void {
  cell.inputTokens = (cell.inputTokens ?? 0) + numberOrZero(fields["input_tokens"]);
  cell.outputTokens = (cell.outputTokens ?? 0) + numberOrZero(fields["output_tokens"]);
  cell.cacheReadTokens = plus(cell.cacheReadTokens, fields["cache_read_tokens"]);
  cell.cacheCreationTokens = plus(cell.cacheCreationTokens, fields["cache_creation_tokens"]);
  cell.costUsd = plus(cell.costUsd, fields["total_cost_usd"]);
}

function plus(sum: number | null, value: unknown): number | null {
  return typeof value === "number" ? (sum ?? 0) + value : sum;
}

function emptyCell(quarter: number, agent: string, model: string): StatsCell {
  const counts = { events: 0, userMessages: 0, assistantMessages: 0, toolCalls: 0, toolErrors: 0 };
  const unknown = { inputTokens: null, outputTokens: null, cacheReadTokens: null, cacheCreationTokens: null, costUsd: null };
  return { quarter, agent, model, ...counts, ...unknown };
}

function noCalls(): CallCounts {
  return { calls: 0, results: 0, errors: 0 };
}

function cellKey(quarter: number, agent: string, model: string): string {
  return `${quarter} ${agent.length} ${agent}${model}`;
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
