import type { LoggedLike } from "./parsed.js";

/*
 * Counts of what Gemini CLI chats hold, made by a plain walk over their JSON with nothing of the parser: of each message id the last
 * state counts, as the tool itself loads it.
 */

type Any = { [field: string]: unknown };
const object = (value: unknown): Any => (typeof value === "object" && value !== null ? (value as Any) : {});
const list = (value: unknown): Any[] => (Array.isArray(value) ? value.map(object) : []);

function messagesOf(text: string, isDocument: boolean): Any[] {
  if (isDocument) return list(object(JSON.parse(text))["messages"]);
  const all = new Map<unknown, Any>();
  for (const line of text.split("\n").filter((one) => one !== "")) {
    const record = object(JSON.parse(line));
    const given = typeof record["id"] === "string" ? [record] : list(object(record["$set"])["messages"]);
    for (const message of given) all.set(message["id"], message);
  }
  return [...all.values()];
}

function words(content: unknown): string {
  if (typeof content === "string") return content;
  return list(content).map((part) => String(part["text"] ?? "")).join("");
}

export interface Counts {
  prompts: number;
  texts: number;
  thoughts: number;
  calls: number;
  results: number;
  failures: number;
  tokens: number[];
}

export function countChat(text: string, isDocument: boolean): Counts {
  const counts: Counts = { prompts: 0, texts: 0, thoughts: 0, calls: 0, results: 0, failures: 0, tokens: [0, 0, 0] };
  const { tokens } = counts;
  for (const message of messagesOf(text, isDocument)) {
    const said = words(message["content"]);
    if (message["type"] === "user" && said.trim() !== "" && !said.startsWith("<session_context>")) counts.prompts++;
    if (message["type"] !== "gemini") continue;
    if (said.trim() !== "") counts.texts++;
    counts.thoughts += list(message["thoughts"]).length;
    const calls = list(message["toolCalls"]);
    counts.calls += calls.length;
    counts.results += calls.length;
    counts.failures += calls.filter((call) => call["status"] !== "success").length;
    const used = object(message["tokens"]);
    const of = (field: string) => Number(used[field] ?? 0);
    tokens[0] = (tokens[0] ?? 0) + of("input") - of("cached");
    tokens[1] = (tokens[1] ?? 0) + of("output") + of("thoughts");
    tokens[2] = (tokens[2] ?? 0) + of("cached");
  }
  return counts;
}

export function countEvents(events: readonly LoggedLike[]): Counts {
  const of = (type: string) => events.filter((event) => event.type === type).length;
  const usage = events.flatMap((event) => (event.type === "usage" ? [event] : []));
  const sum = (pick: (event: (typeof usage)[number]) => number | undefined) => usage.reduce((total, event) => total + (pick(event) ?? 0), 0);
  return {
    prompts: of("user_message"),
    texts: of("assistant_message"),
    thoughts: of("reasoning"),
    calls: of("tool_call"),
    results: of("tool_result"),
    failures: events.filter((event) => event.type === "tool_result" && event.success === false).length,
    tokens: [sum((event) => event.input_tokens), sum((event) => event.output_tokens), sum((event) => event.cache_read_tokens)],
  };
}
