/** What a call tells of who makes it. */
export interface CallerTraces {
  /** `_meta` of the call. */
  meta: Readonly<Record<string, unknown>> | undefined;
  /** `clientInfo.name` of `initialize`. */
  clientName: string | undefined;
  variables: Readonly<Record<string, string | undefined>>;
}

/**
 * The variable in which a client tells the servers that it starts which session they serve; by the name in `initialize`
 * (`claude-code`, `github-copilot-developer`), because a shell that one agent started hands its variables on to the next agent.
 */
const variableOfClient: readonly (readonly [RegExp, string])[] = [
  [/claude[-_ ]?code/i, "CLAUDE_CODE_SESSION_ID"],
  [/copilot/i, "COPILOT_AGENT_SESSION_ID"],
];

function record(value: unknown): Record<string, unknown> {
  if (typeof value === "string") {
    try {
      return record(JSON.parse(value) as unknown);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return {};
    }
  }
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/**
 * Codex puts `x-codex-turn-metadata` into the `_meta` of each call: an object (as a header: its JSON) with `thread_id`, the thread that
 * calls, and `session_id`, the root thread that its sub-agents share; `threadId` beside it says the same as `thread_id`.
 * Source: openai/codex, pull requests 15190 (session_id), 18093 (threadId) and 21329 (thread_id), March to May 2026.
 */
function codexIds(meta: Readonly<Record<string, unknown>>): unknown[] {
  const turn = record(meta["x-codex-turn-metadata"]);
  return [turn["thread_id"], meta["threadId"], turn["session_id"]];
}

function variableIds({ clientName, variables }: CallerTraces): unknown[] {
  const own = variableOfClient.find(([pattern]) => pattern.test(clientName ?? ""));
  return [own && variables[own[1]], variables["ZAG_SESSION_ID"]];
}

/** Provider session ids of the asking agent, most certain first; empty where nothing tells. */
export function callerSessionIds(traces: CallerTraces): string[] {
  const ids = [...codexIds(traces.meta ?? {}), ...variableIds(traces)];
  const told = ids.filter((id): id is string => typeof id === "string" && id !== "");
  return [...new Set(told)];
}
