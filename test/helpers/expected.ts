import { isDeepStrictEqual } from "node:util";
import type { LoggedLike } from "./parsed.js";

/** One entry of `sessions[].events` in the `expected.json` of a recording. */
export interface ExpectedEvent {
  type: string;
  text?: string;
  text_contains?: string;
  tool_id?: string;
  name?: string;
  kind?: string;
  input?: unknown;
  input_added?: Record<string, unknown>;
  success?: boolean;
  exit_code?: number;
  output_contains?: string;
  open?: boolean;
  agent?: boolean;
  parent_tool_id?: string;
  status?: number;
  interrupted_while_streaming?: boolean;
  /** Commands that a script of code mode ran: calls of their own. */
  inner?: InnerCall[];
  reset_at_epoch?: number;
}

interface InnerCall {
  name: string;
  command?: string;
  file?: string;
  exit_code?: number;
}

interface ExpectedUsage {
  input: number;
  output: number;
  cache_read: number;
  cache_write: number;
}

/** One session of an `expected.json`. */
export interface ExpectedSession {
  provider_session_id: string;
  cwd: string;
  model: string;
  /** `provider_thread_id`: where a sub-agent is a session of its own. */
  sub_agents: { parent_tool_id: string; prompt: string; provider_thread_id?: string }[];
  title?: string;
  events: ExpectedEvent[];
  usage: { main: ExpectedUsage; sub_agents: ExpectedUsage; interrupted?: ExpectedUsage };
  end?: { how: string; next?: string };
}

const plain = (text: string) => text.replaceAll("\r\n", "\n").trim();

/** The conversation of one thread, as short lines that can be compared: tool results are left out, for they may come in another order. */
function spokenByUs(event: LoggedLike): string | undefined {
  switch (event.type) {
    case "user_message":
      return `user: ${plain(event.content)}`;
    case "assistant_message":
      return `assistant: ${plain(event.content)}`;
    case "reasoning":
      return `reasoning: ${plain(event.content)}`;
    case "tool_call":
      return `call: ${event.tool_id} ${event.tool_name} ${event.tool_kind}`;
    default:
      return undefined;
  }
}

function spokenByScript(event: ExpectedEvent): string | undefined {
  switch (event.type) {
    case "user_message":
    case "agent_prompt":
      return `user: ${plain(event.text ?? "")}`;
    case "assistant_message":
    case "reasoning":
      return `${event.type === "reasoning" ? "reasoning" : "assistant"}: ${plain(event.text ?? "")}`;
    case "tool_call":
      return `call: ${event.tool_id} ${event.name} ${event.kind}`;
    default:
      return undefined;
  }
}

const isText = (line: string | undefined): line is string => line !== undefined;

/** Whether an event is a call that only a script made: the recording knows it by `inner`, not by an id. */
function isInnerCall(event: LoggedLike, expected: readonly ExpectedEvent[]): boolean {
  return event.type === "tool_call" && expected.some(({ inner }) => inner) && !expected.some((wanted) => wanted.tool_id === event.tool_id);
}

function innerByUs(events: readonly LoggedLike[], call: LoggedLike & { type: "tool_call" }): string {
  const results = events.filter((event) => event.type === "tool_result" && event.tool_id === call.tool_id);
  const [result] = results;
  const input = call.input as { cmd?: string; changes?: object };
  const asked = input.cmd ?? Object.keys(input.changes ?? {}).join();
  const code = result?.type === "tool_result" ? (result.data as { exit_code?: number } | null)?.exit_code : undefined;
  const fits = results.length === 1 && result?.type === "tool_result" && result.tool_name === call.tool_name && result.success === ((code ?? 0) === 0);
  return `${call.tool_name} ${asked} ${code ?? "-"}${fits ? "" : " with a wrong result"}`;
}

/** Commands inside of scripts: each once, with its exit code, right before the result of its script. */
function compareInner(name: string, events: readonly LoggedLike[], expected: readonly ExpectedEvent[]): string[] {
  const wanted = expected.flatMap(({ inner = [] }) => inner);
  const got = events.flatMap((event) => (event.type === "tool_call" && isInnerCall(event, expected) ? [innerByUs(events, event)] : []));
  const left = [...got];
  const missing = wanted.filter(({ name: tool, command, file, exit_code: code }) => {
    const fits = (line: string) => {
      const asked = command === undefined ? line.startsWith(`${tool} `) && line.includes(file ?? "") : line.startsWith(`${tool} ${command} `);
      return asked && !line.endsWith("result") && (code === undefined || line.endsWith(` ${code}`));
    };
    const at = left.findIndex(fits);
    return at === -1 || left.splice(at, 1).length === 0;
  });
  return missing.length + left.length === 0 ? [] : [`${name}: inner calls are ${got.join(" | ")}, expected ${JSON.stringify(wanted)}`];
}

function compareThread(name: string, all: readonly LoggedLike[], expected: readonly ExpectedEvent[]): string[] {
  const events = all.filter((event) => !isInnerCall(event, expected));
  const got = events.map(spokenByUs).filter(isText);
  const wanted = expected.map(spokenByScript).filter(isText);
  if (isDeepStrictEqual(got, wanted)) return [];
  const at = wanted.findIndex((line, index) => line !== got[index]);
  const index = at === -1 ? wanted.length : at;
  return [`${name}: entry ${index} is ${JSON.stringify(got[index])}, expected ${JSON.stringify(wanted[index])}`];
}

function compareInput(events: readonly LoggedLike[], wanted: ExpectedEvent): string[] {
  const call = events.find((event) => event.type === "tool_call" && event.tool_id === wanted.tool_id);
  if (call?.type !== "tool_call") return [`call ${wanted.tool_id} is missing`];
  const input = typeof wanted.input === "object" ? { ...wanted.input, ...wanted.input_added } : wanted.input;
  return isDeepStrictEqual(call.input, input) ? [] : [`input of ${wanted.tool_id} is ${JSON.stringify(call.input)}`];
}

/** Results of one call; a call may be answered once at most. */
function compareResult(events: readonly LoggedLike[], wanted: ExpectedEvent): string[] {
  const results = events.filter((event) => event.type === "tool_result" && event.tool_id === wanted.tool_id);
  const [result] = results;
  if (wanted.open) return results.some((event) => event.type === "tool_result" && event.success) ? [`open call ${wanted.tool_id} succeeded`] : [];
  if (results.length !== 1 || result?.type !== "tool_result") return [`${results.length} results of ${wanted.tool_id}, expected 1`];
  const problems: string[] = [];
  const check = (what: string, got: unknown, expected: unknown) => {
    if (got !== expected) problems.push(`${what} of ${wanted.tool_id} is ${JSON.stringify(got)}, expected ${JSON.stringify(expected)}`);
  };
  check("success", result.success, wanted.success);
  check("tool_name", result.tool_name, wanted.name);
  check("tool_kind", result.tool_kind, wanted.kind);
  const code = (result.data as { exit_code?: unknown } | null)?.exit_code;
  if (code !== undefined) check("exit_code", code, wanted.exit_code);
  else if (wanted.exit_code && !wanted.success) problems.push(`exit code of ${wanted.tool_id} is missing`);
  const output = plain(result.output ?? "");
  if (!output.includes(plain(wanted.output_contains ?? ""))) problems.push(`output of ${wanted.tool_id} lacks ${wanted.output_contains}`);
  return problems;
}

function compareSpecial(events: readonly LoggedLike[], wanted: ExpectedEvent): string[] {
  if (wanted.type === "usage_limit") {
    const hits = events.filter((event) => event.type === "usage_limit_hit");
    const text = wanted.text_contains ?? wanted.text ?? "";
    const epoch = wanted.reset_at_epoch;
    const fitsReset = (hit: { reset_at?: string | undefined }) => epoch === undefined || Date.parse(hit.reset_at ?? "") === epoch * 1000;
    const fits = hits.length === 1 && hits.every((hit) => hit.raw?.includes(text) && fitsReset(hit));
    return fits ? [] : [`${hits.length} usage limits, expected one with ${text}`];
  }
  const errors = events.filter((event) => event.type === "provider_status" && event.message === "api_error");
  const fits = errors.some((event) => JSON.stringify(event).includes(wanted.text ?? "") && JSON.stringify(event).includes(String(wanted.status)));
  return fits ? [] : [`no api_error with ${wanted.status} ${wanted.text}`];
}

function sumUsage(events: readonly LoggedLike[], ofAgents: boolean): ExpectedUsage {
  const sum = { input: 0, output: 0, cache_read: 0, cache_write: 0 };
  for (const event of events) {
    if (event.type !== "usage" || (event.agent_id !== undefined) !== ofAgents) continue;
    sum.input += event.input_tokens;
    sum.output += event.output_tokens;
    sum.cache_read += event.cache_read_tokens ?? 0;
    sum.cache_write += event.cache_creation_tokens ?? 0;
  }
  return sum;
}

function compareUsage(events: readonly LoggedLike[], { usage }: ExpectedSession): string[] {
  const problems: string[] = [];
  const extra = usage.interrupted;
  for (const [name, ofAgents, wanted] of [["main", false, usage.main], ["sub-agents", true, usage.sub_agents]] as const) {
    const got = sumUsage(events, ofAgents);
    for (const field of ["input", "output", "cache_read", "cache_write"] as const) {
      const total = wanted[field] + (ofAgents ? 0 : (extra?.[field] ?? 0));
      if (got[field] !== total) problems.push(`${field} tokens of ${name}: ${got[field]}, expected ${total}`);
    }
  }
  return problems;
}

function compareAgents(events: readonly LoggedLike[], expected: ExpectedSession): string[] {
  const agents = new Map<string, string | undefined>();
  for (const event of events) if (event.agent_id !== undefined) agents.set(event.agent_id, event.parent_tool_id);
  const got = [...agents.values()].toSorted();
  const wanted = expected.sub_agents.map((agent) => agent.parent_tool_id).toSorted();
  return isDeepStrictEqual(got, wanted) ? [] : [`sub-agents of calls ${got.join()}, expected ${wanted.join()}`];
}

/**
 * Compares what a log (or a parser) holds of one session with what its recording's script said.
 * @param events All events of the session in log order, sub-agents included.
 * @returns What differs, in words; empty where nothing does.
 */
export function compareWithExpected(events: readonly LoggedLike[], expected: ExpectedSession): string[] {
  const main = events.filter((event) => event.agent_id === undefined);
  const agents = events.filter((event) => event.agent_id !== undefined);
  const problems = [
    ...compareThread("main thread", main, expected.events.filter((event) => !event.agent)),
    ...compareThread("sub-agents", agents, expected.events.filter((event) => event.agent)),
    ...compareInner("main thread", main, expected.events.filter((event) => !event.agent)),
    ...compareInner("sub-agents", agents, expected.events.filter((event) => event.agent)),
    ...compareUsage(events, expected),
    ...compareAgents(events, expected),
  ];
  for (const wanted of expected.events) {
    const thread = wanted.agent ? agents : main;
    if (wanted.type === "tool_call") problems.push(...compareInput(thread, wanted));
    if (wanted.type === "tool_result") problems.push(...compareResult(thread, wanted));
    if (wanted.type === "usage_limit" || wanted.type === "api_error") problems.push(...compareSpecial(main, wanted));
  }
  return problems;
}
