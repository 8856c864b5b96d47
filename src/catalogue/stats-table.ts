import type { SqlValue, Statement } from "../io/sqlite.js";
import { addSpan, pauseMs, type Span } from "./active-spans.js";
import { reversedKey } from "../log/path-key.js";
import type { SessionStats, StatsCell } from "./session-stats.js";

/** Gives the prepared form of a statement. */
type Prepare = (sql: string) => Statement;

const counted = ["events", "user_messages", "assistant_messages", "tool_calls", "tool_errors"];
const known = ["input_tokens", "output_tokens", "cache_read_tokens", "cache_creation_tokens", "cost_usd"];
const addCell = `INSERT INTO stats_cells VALUES (${Array.from({ length: 4 + counted.length + known.length }, () => "?").join(", ")})
  ON CONFLICT DO UPDATE SET ${counted.map((name) => `${name} = ${name} + excluded.${name}`).join(", ")},
    ${known.map((name) => `${name} = COALESCE(${name} + excluded.${name}, ${name}, excluded.${name})`).join(", ")}`;
const moreCalls = "ON CONFLICT DO UPDATE SET calls = calls + excluded.calls, results = results + excluded.results, errors = errors + excluded.errors";
const spansNear = `SELECT start_ms, end_ms FROM stats_spans WHERE n = ?1 AND agent = ?2 AND start_ms < ?4
  AND start_ms >= COALESCE((SELECT MAX(start_ms) FROM stats_spans WHERE n = ?1 AND agent = ?2 AND start_ms <= ?3), ?3)`;

/**
 * Adds to the statistics of session `n` what more lines of its log say. Within a transaction.
 * @param options.isFirst Nothing is held of that session yet: there are no spans to join.
 */
export function addStats(prepare: Prepare, { n, stats, isFirst }: { n: number; stats: SessionStats; isFirst: boolean }): void {
  for (const [agent, model] of stats.firstModels) nameFirst(prepare, { n, agent, model });
  for (const cell of stats.cells) prepare(addCell).run(n, ...columnsOf(cell));
  for (const { tool, kind, calls, results, errors } of stats.tools) {
    prepare(`INSERT INTO stats_tools VALUES (?, ?, ?, ?, ?, ?) ${moreCalls}`).run(n, tool, kind, calls, results, errors);
  }
  for (const [file, { calls, results, errors }] of stats.files) {
    prepare(`INSERT INTO session_files VALUES (?, ?, ?, ?, ?) ${moreCalls}`).run(reversedKey(file), n, calls, results, errors);
  }
  for (const [agent, spans] of stats.spans) for (const span of spans) joinSpan(prepare, { n, agent, isFirst }, span);
}

/** Drops all statistics of session `n`. */
export function removeStats(prepare: Prepare, n: number): void {
  for (const table of ["stats_cells", "stats_tools", "stats_spans", "session_files"]) prepare(`DELETE FROM ${table} WHERE n = ?`).run(n);
}

/** What an agent did before it named a model is of the first that it names: no cell of it has another one yet. */
function nameFirst(prepare: Prepare, { n, agent, model }: { n: number; agent: string; model: string }): void {
  prepare("UPDATE stats_cells SET model = ? WHERE n = ? AND agent = ?").run(model, n, agent);
}

function joinSpan(prepare: Prepare, { n, agent, isFirst }: { n: number; agent: string; isFirst: boolean }, { startMs, endMs }: Span): void {
  const rows = isFirst ? [] : prepare(spansNear).all(n, agent, startMs, endMs + pauseMs);
  const spans = rows.map((row) => ({ startMs: Number(row["start_ms"]), endMs: Number(row["end_ms"]) }));
  const before = new Map(spans.map((span) => [span.startMs, span.endMs]));
  addSpan(spans, { startMs, endMs });
  const after = new Map(spans.map((span) => [span.startMs, span.endMs]));
  for (const start of before.keys()) if (!after.has(start)) prepare("DELETE FROM stats_spans WHERE n = ? AND agent = ? AND start_ms = ?").run(n, agent, start);
  for (const [start, end] of after) {
    if (before.get(start) !== end) prepare("INSERT OR REPLACE INTO stats_spans VALUES (?, ?, ?, ?)").run(n, agent, start, end);
  }
}

function columnsOf(cell: StatsCell): SqlValue[] {
  return [
    cell.quarter,
    cell.agent,
    cell.model,
    cell.events,
    cell.userMessages,
    cell.assistantMessages,
    cell.toolCalls,
    cell.toolErrors,
    cell.inputTokens,
    cell.outputTokens,
    cell.cacheReadTokens,
    cell.cacheCreationTokens,
    cell.costUsd,
  ];
}
