import type { LoggedLike } from "./parsed.js";

/*
 * Counts of what Claude Code transcripts hold, made by a plain walk over their JSON with nothing of the parser: what the format page says
 * of prompts, replies and usage, in its most direct form.
 */

type Any = { [field: string]: unknown };
const object = (value: unknown): Any => (typeof value === "object" && value !== null ? (value as Any) : {});
const list = (value: unknown): Any[] => (Array.isArray(value) ? value.map(object) : []);

/** All records of a file: two objects on one line are two, a record that was written twice is one. */
export function records(text: string): Any[] {
  const lines = text.replaceAll('}{"type":"', '}\n{"type":"').split("\n").filter((line) => line.trim() !== "");
  const seen = new Set<string>();
  return lines
    .map((line) => object(JSON.parse(line)))
    .filter(({ uuid }) => {
      const isId = typeof uuid === "string" && !/\s/.test(uuid);
      return !isId || (!seen.has(uuid) && seen.add(uuid));
    });
}

const injected = ["<local-command", "Caveat: The messages below", "<bash-", "<system-reminder>", "<task-notification>", "<agent-notification>", "[Request interrupted", "This session is being continued", "Stop hook feedback:"];
const isTyped = (text: string) => !injected.some((start) => text.trimStart().startsWith(start));

/** Number of prompts that a person typed: user records, queued commands, queue entries that went into a turn without any record. */
function countPrompts(all: Any[]): number {
  const queue: string[] = [];
  let count = 0;
  for (const record of all) {
    const content = object(record["message"])["content"];
    if (record["type"] === "user" && record["isMeta"] !== true && record["isCompactSummary"] !== true) {
      const blocks = typeof content === "string" ? [{ type: "text", text: content }] : list(content);
      if (blocks.some((block) => ["image", "document"].includes(String(block["type"])) || (block["type"] === "text" && isTyped(String(block["text"]))))) count++;
    } else if (record["type"] === "attachment" && object(record["attachment"])["type"] === "queued_command") count++;
    else if (record["type"] === "system" && String(record["content"]).startsWith("<command-name>")) count++;
    else if (record["operation"] === "enqueue") queue.push(String(record["content"]));
    else if (record["operation"] === "remove" && isTyped(queue.shift() ?? "<system-reminder>")) count++;
  }
  return count;
}

export interface Counts {
  texts: number;
  thoughts: number;
  calls: number;
  results: number;
  tokens: number[];
}

function countReplies(all: Any[]): Counts {
  const counts: Counts = { texts: 0, thoughts: 0, calls: 0, results: 0, tokens: [0, 0, 0, 0] };
  const usage = new Map<unknown, number[]>();
  for (const [index, record] of all.entries()) {
    const message = object(record["message"]);
    if (record["type"] === "user") counts.results += list(message["content"]).filter((block) => block["type"] === "tool_result").length;
    if (record["type"] !== "assistant" || message["model"] === "<synthetic>") continue;
    for (const block of list(message["content"])) {
      if (block["type"] === "text" && String(block["text"]).trim() !== "") counts.texts++;
      if (block["type"] === "thinking" && block["thinking"] !== "") counts.thoughts++;
      if (block["type"] === "tool_use") counts.calls++;
    }
    const used = object(message["usage"]);
    const fields = ["input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"];
    const numbers = fields.map((field) => Number(used[field] ?? 0));
    const key = message["id"] === undefined ? index : `${String(message["id"])} ${String(record["requestId"])}`;
    usage.set(key, numbers.map((number, at) => Math.max(number, usage.get(key)?.[at] ?? 0)));
  }
  for (const numbers of usage.values()) counts.tokens = counts.tokens.map((sum, at) => sum + (numbers[at] ?? 0));
  return counts;
}

/** The same counts of events. */
export function countEvents(events: readonly LoggedLike[]): Counts & { prompts: number } {
  const of = (type: string) => events.filter((event) => event.type === type).length;
  const tokens = [0, 0, 0, 0];
  for (const event of events) {
    if (event.type !== "usage") continue;
    const numbers = [event.input_tokens, event.output_tokens, event.cache_read_tokens, event.cache_creation_tokens];
    for (const [at, number] of numbers.entries()) tokens[at] = (tokens[at] ?? 0) + (number ?? 0);
  }
  return {
    prompts: of("user_message"),
    texts: of("assistant_message"),
    thoughts: of("reasoning"),
    calls: of("tool_call"),
    results: of("tool_result"),
    tokens,
  };
}

/** What a transcript holds. Each uuid counts once, and those of `elsewhere` not at all. */
export function countTranscripts(texts: readonly string[], elsewhere: ReadonlySet<unknown> = new Set()): Counts & { prompts: number } {
  const sum: Counts & { prompts: number } = { prompts: 0, texts: 0, thoughts: 0, calls: 0, results: 0, tokens: [0, 0, 0, 0] };
  for (const text of texts) {
    const all = records(text).filter(({ uuid }) => !elsewhere.has(uuid));
    const { tokens, ...counts } = countReplies(all);
    sum.prompts += countPrompts(all);
    for (const name of ["texts", "thoughts", "calls", "results"] as const) sum[name] += counts[name];
    sum.tokens = sum.tokens.map((number, at) => number + (tokens[at] ?? 0));
  }
  return sum;
}
