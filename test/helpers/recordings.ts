import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { providers } from "../../src/providers/registry.js";
import type { AgentLogEvent } from "../../src/schema/event.js";
import type { ExpectedSession } from "./expected.js";
import { samplesDir } from "./samples.js";

/** A recording of a real CLI: what its files were at the end, how they came to be, and what its script said. */
export interface Recording {
  provider: string;
  name: string;
  /** Holds `growth.ndjson` and `expected.json`. */
  folder: string;
  /** The user's home at the end. */
  native: string;
  /** How many sessions of their own the CLI made. */
  sessionCount: number;
  sessions: ExpectedSession[];
}

/** All recordings of the providers of this version; none without the samples. */
export function recordings(): Recording[] {
  return providers.flatMap(({ name: provider }) => {
    const folder = join(samplesDir ?? "", "recorded", provider);
    if (samplesDir === undefined || !existsSync(folder)) return [];
    return readdirSync(folder).map((name) => readRecording(provider, join(folder, name), name));
  });
}

function readRecording(provider: string, folder: string, name: string): Recording {
  const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as { session_count: number; sessions: ExpectedSession[] };
  return { provider, name, folder, native: join(folder, "native"), sessionCount: expected.session_count, sessions: expected.sessions };
}

/** Sub-agents that are sessions of their own in their provider, and in ours. */
export function childThreads({ sub_agents }: ExpectedSession): { threadId: string; parentToolId: string }[] {
  return sub_agents.flatMap(({ provider_thread_id, parent_tool_id }) => (provider_thread_id === undefined ? [] : [{ threadId: provider_thread_id, parentToolId: parent_tool_id }]));
}

/** The events of a session with those of its child threads, told apart as those of sub-agents are. */
export function withChildThreads(logs: ReadonlyMap<string, readonly AgentLogEvent[]>, session: ExpectedSession): AgentLogEvent[] {
  const children = childThreads(session).flatMap(({ threadId, parentToolId }) =>
    (logs.get(threadId) ?? []).map((event) => ({ ...event, agent_id: threadId, parent_tool_id: parentToolId })),
  );
  return [...(logs.get(session.provider_session_id) ?? []), ...children];
}
