import { setImmediate as turn } from "node:timers/promises";
import type { Call } from "./call-context.js";
import type { Host } from "./host.js";
import { callTool } from "./tool-calls.js";
import type { Tool } from "./tool.js";

/** A search is more code than the others, and is still half as slow again the second time. */
const searches = 3;

/** What agents ask, as small as it gets, but for searches: their hits are what takes time. The word stands in most histories, so that there are some to be read. */
const calls: readonly (readonly [name: string, args: Record<string, unknown>])[] = [
  ["list_sessions", { limit: 1 }],
  ["read_session", { session_id: "latest", limit: 5 }],
  ...Array.from({ length: searches }, () => ["search_sessions", { query: "the" }] as const),
  ["search_sessions", { query: "the", limit: 1, sort: "relevance" }],
  ["session_stats", { limit: 1 }],
];

/**
 * Calls the reading tools, with nobody waiting: the first call of a process costs several times what later ones cost, until code is compiled and
 * the pages of the databases are at hand. Gives way to clients in between. Answers are thrown away, refusals among them.
 * @param signal Ends it before the next call.
 */
export async function rehearse(tools: readonly Tool[], host: Host, signal: AbortSignal): Promise<void> {
  const call: Call = { meta: undefined, clientName: undefined, firstRoot: () => Promise.resolve(undefined), signal, progress: () => undefined };
  for (const [name, args] of calls) {
    await turn();
    if (signal.aborted) return;
    await callTool(tools, { name, arguments: args }, { host, call });
  }
}
