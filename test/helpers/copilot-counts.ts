import type { LoggedLike } from "./parsed.js";

/*
 * Counts of what Copilot CLI logs hold, made by a plain walk over their JSON with nothing of the parser: what the format page says of prompts,
 * answers, calls and usage, in its most direct form.
 */

type Any = { [field: string]: unknown };
const object = (value: unknown): Any => (typeof value === "object" && value !== null ? (value as Any) : {});
const list = (value: unknown): Any[] => (Array.isArray(value) ? value.map(object) : []);
const number = (value: unknown) => (typeof value === "number" ? value : 0);
const isBlank = (value: unknown) => typeof value !== "string" || value.trim() === "";

export interface CopilotCounts {
  prompts: number;
  texts: number;
  thoughts: number;
  calls: number;
  results: number;
  /** Input that was in no cache, output, read from caches, written to caches. */
  tokens: number[];
}

function tokensOf(usage: Any): number[] {
  const [input, read, write] = [number(usage["inputTokens"]), number(usage["cacheReadTokens"]), number(usage["cacheWriteTokens"])];
  return [input - read - write, number(usage["outputTokens"]), read, write];
}

const add = (sum: number[], more: number[]) => sum.map((value, at) => value + (more[at] ?? 0));

/** Usage records where a segment has them, else the totals of its shutdown, else the output tokens of its messages. */
function segmentTokens(records: Any[]): number[] {
  const data = (type: string) => records.filter((record) => record["type"] === type).map((record) => object(record["data"]));
  const calls = data("session.usage_record").map((record) => tokensOf(object(record["usage"])));
  const totals = data("session.shutdown").flatMap((end) => Object.values(object(end["modelMetrics"])).flatMap((model) => ("usage" in object(model) ? [tokensOf(object(object(model)["usage"]))] : [])));
  const outputs = data("assistant.message").map((message) => [0, number(message["outputTokens"]), 0, 0]);
  const best = [calls, totals, outputs].find((found) => found.length > 0) ?? [];
  return best.reduce(add, [0, 0, 0, 0]);
}

function segments(records: Any[]): Any[][] {
  const found: Any[][] = [[]];
  for (const record of records) {
    if (record["type"] === "session.resume") found.push([]);
    found.at(-1)?.push(record);
  }
  return found;
}

/** What an event log holds. */
export function countLog(text: string): CopilotCounts {
  const records = text.split("\n").filter((line) => line.trim() !== "").map((line) => object(JSON.parse(line)));
  const data = (type: string) => records.filter((record) => record["type"] === type).map((record) => object(record["data"]));
  const messages = data("assistant.message");
  const asked = [...messages.flatMap((message) => list(message["toolRequests"])), ...data("tool.execution_start")].map((call) => String(call["toolCallId"]));
  const placeholders = asked.filter((id) => id.includes(" "));
  const thoughts = messages.flatMap((message) => (isBlank(message["reasoningText"]) ? [] : [`${String(message["parentToolCallId"])} ${String(message["reasoningText"])}`]));
  const repeated = data("assistant.reasoning").filter((thought) => thoughts.includes(`${String(thought["parentToolCallId"])} ${String(thought["content"])}`));
  return {
    prompts: data("user.message").filter((prompt) => (prompt["source"] === undefined || String(prompt["source"]).startsWith("agent-")) && (!isBlank(prompt["content"]) || list(prompt["attachments"]).length > 0)).length,
    texts: messages.filter((message) => !isBlank(message["content"])).length,
    thoughts: thoughts.length + data("assistant.reasoning").length - repeated.length,
    calls: new Set(asked.filter((id) => !id.includes(" "))).size + placeholders.length,
    results: data("tool.execution_complete").length,
    tokens: segments(records).map(segmentTokens).reduce(add, [0, 0, 0, 0]),
  };
}

/** What one of the older objects holds whose chat is empty. */
export function countHistory(text: string): CopilotCounts {
  const timeline = list(object(JSON.parse(text))["timeline"]);
  const of = (type: string) => timeline.filter((entry) => entry["type"] === type).length;
  return { prompts: of("user"), texts: of("copilot"), thoughts: 0, calls: of("tool_call_completed"), results: of("tool_call_completed"), tokens: [0, 0, 0, 0] };
}

/** The same counts of events. */
export function countEvents(events: readonly LoggedLike[]): CopilotCounts {
  const of = (type: string) => events.filter((event) => event.type === type).length;
  const usage = events.flatMap((event) => (event.type === "usage" ? [[event.input_tokens, event.output_tokens, event.cache_read_tokens ?? 0, event.cache_creation_tokens ?? 0]] : []));
  return {
    prompts: of("user_message"),
    texts: of("assistant_message"),
    thoughts: of("reasoning"),
    calls: of("tool_call"),
    results: of("tool_result"),
    tokens: usage.reduce(add, [0, 0, 0, 0]),
  };
}
