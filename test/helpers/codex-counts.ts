import type { LoggedLike } from "./parsed.js";

/*
 * Counts of what Codex rollouts hold, made by a plain walk over their JSON with nothing of the parser: what the format page says of
 * prompts, answers, thoughts, calls and usage, in its most direct form. For files without copied history.
 */

type Any = { [field: string]: unknown };
const object = (value: unknown): Any => (typeof value === "object" && value !== null ? (value as Any) : {});
const list = (value: unknown): Any[] => (Array.isArray(value) ? value.map(object) : []);
const text = (value: unknown) => (typeof value === "string" ? value : "");

export interface CodexCounts {
  prompts: number;
  answers: number;
  thoughts: number;
  calls: number;
  results: number;
  /** input without cache, output, cache read, cache written. */
  tokens: number[];
}

const injected = ["<user_instructions>", "<environment_context>", "# AGENTS.md"];
const callTypes = ["function_call", "custom_tool_call", "local_shell_call", "web_search_call", "tool_search_call", "image_generation_call"];
const resultTypes = ["function_call_output", "custom_tool_call_output", "web_search_call", "tool_search_output", "image_generation_call"];
const toolItems = ["CommandExecution", "FileChange", "McpToolCall", "WebSearch", "Extension"];
const toolEvents = ["exec_command_end", "patch_apply_end", "mcp_tool_call_end"];

interface Line {
  type: unknown;
  payload: Any;
}

function linesOf(content: string): Line[] {
  const lines = content.split("\n").filter((line) => line.trim() !== "").map((line) => object(JSON.parse(line)));
  return lines.map((line) => ("payload" in line ? { type: line["type"], payload: object(line["payload"]) } : { type: "bare", payload: line }));
}

const said = (item: Any, field: string) => list(item[field]).some((part) => text(part["text"]).trim() !== "");

function countPrompts(lines: readonly Line[]): number {
  const events = lines.filter(({ type, payload }) => {
    const isItem = payload["type"] === "item_completed" && object(payload["item"])["type"] === "UserMessage";
    return type === "event_msg" && (payload["type"] === "user_message" || isItem);
  });
  const bare = lines.filter(({ type, payload }) => {
    const content = text(list(payload["content"])[0]?.["text"]);
    return type === "bare" && payload["role"] === "user" && !injected.some((begin) => content.startsWith(begin));
  });
  return events.length + bare.length;
}

/** Tools that ended without a call of theirs in the file: each is a call and a result. */
function countInner(lines: readonly Line[]): number {
  const ids = new Set(lines.filter(({ type }) => type === "response_item").map(({ payload }) => payload["call_id"] ?? payload["id"]));
  const isOwn = (id: unknown) => !ids.has(id) || /\s/.test(String(id));
  return lines.filter(({ type, payload }) => {
    if (type !== "event_msg") return false;
    const item = object(payload["item"]);
    if (toolEvents.includes(text(payload["type"]))) return isOwn(payload["call_id"]);
    return payload["type"] === "item_completed" && toolItems.includes(text(item["type"])) && isOwn(item["id"]);
  }).length;
}

/** What each request took, where the totals changed with it. */
function countTokens(lines: readonly Line[]): number[] {
  let before = "";
  const sum = [0, 0, 0, 0];
  for (const { payload } of lines) {
    const info = object(payload["info"]);
    const isRecord = "thread_token_usage" in payload;
    const totals = isRecord ? payload["thread_token_usage"] : info["total_token_usage"];
    const last = object(isRecord ? payload["usage"] : info["last_token_usage"]);
    if (totals === undefined || JSON.stringify(totals) === before) continue;
    before = JSON.stringify(totals);
    const [input = 0, cached = 0, written = 0, output = 0] = ["input_tokens", "cached_input_tokens", "cache_write_input_tokens", "output_tokens"].map((field) => Number(last[field] ?? 0));
    for (const [at, number] of [input - cached - written, output, cached, written].entries()) sum[at] = (sum[at] ?? 0) + number;
  }
  return sum;
}

/** What a rollout holds. */
export function countRollout(content: string): CodexCounts {
  const lines = linesOf(content);
  const items = lines.filter(({ type }) => type === "response_item" || type === "bare").map(({ payload }) => payload);
  const of = (types: readonly string[]) => items.filter((item) => types.includes(text(item["type"]))).length;
  const inner = countInner(lines);
  return {
    prompts: countPrompts(lines),
    answers: items.filter((item) => item["role"] === "assistant" && said(item, "content")).length,
    thoughts: items.filter((item) => item["type"] === "reasoning" && said(item, "summary")).length,
    calls: of(callTypes) + inner,
    results: of(resultTypes) + inner,
    tokens: countTokens(lines),
  };
}

/** The same counts of events. */
export function countCodexEvents(events: readonly LoggedLike[]): CodexCounts {
  const of = (type: string) => events.filter((event) => event.type === type).length;
  const tokens = [0, 0, 0, 0];
  for (const event of events) {
    if (event.type !== "usage") continue;
    const numbers = [event.input_tokens, event.output_tokens, event.cache_read_tokens, event.cache_creation_tokens];
    for (const [at, number] of numbers.entries()) tokens[at] = (tokens[at] ?? 0) + (number ?? 0);
  }
  return {
    prompts: of("user_message"),
    answers: of("assistant_message"),
    thoughts: of("reasoning"),
    calls: of("tool_call"),
    results: of("tool_result"),
    tokens,
  };
}
