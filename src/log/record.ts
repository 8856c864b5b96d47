import { randomUUID } from "node:crypto";
import { CoreError } from "../errors.js";
import { AgentOutput, type AgentOutputEvent, type AgentOutputInput, type ContentBlock } from "../schema/agent-output.js";
import { inferToolKind } from "../schema/tool-kind.js";
import type { LogEventKindInput } from "./event-input.js";
import type { SessionLogWriter } from "./writer.js";

/** Writes what the user asked as a `user_message`; a prompt that is missing or blank is none. */
export function recordPrompt(writer: SessionLogWriter, prompt: string | null | undefined): void {
  if (prompt && prompt.trim() !== "") writer.emit("wrapper", userMessage(prompt));
}

/**
 * Writes what a wrapped agent gave out as a whole: its session id (unless empty or `unknown`), its events in their order,
 * and last the tokens and the cost, as one `usage`.
 * @throws {CoreError} `INVALID_EVENT` where `output` has not the shape of `AgentOutput`: nothing is written then. Else as `SessionLogWriter.emit`.
 */
export function recordAgentOutput(writer: SessionLogWriter, output: AgentOutputInput): void {
  const parsed = AgentOutput.safeParse(output);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new CoreError("INVALID_EVENT", `Cannot record agent output: ${issue?.path.join(".") || "output"}: ${issue?.message}`, { cause: parsed.error });
  }
  const { session_id: sessionId, events } = parsed.data;
  if (sessionId !== "" && sessionId !== "unknown") writer.setProviderSessionId(sessionId);
  for (const event of events) {
    for (const kind of toKinds(event)) writer.emit("wrapper", kind);
  }
  const usage = usageOf(parsed.data);
  if (usage) writer.emit("wrapper", usage);
}

type Rules = { [T in AgentOutputEvent["type"]]: (event: Extract<AgentOutputEvent, { type: T }>) => LogEventKindInput[] };

const rules: Rules = {
  init: ({ model, working_directory = null, metadata }) => [status(`Initialized ${model}`, { working_directory, metadata })],
  user_message: ({ content }) => content.flatMap((block) => (block.type === "text" ? [userMessage(block.text)] : [])),
  assistant_message: ({ content }) => content.map(assistantBlock),
  tool_execution: ({ tool_name, tool_id, result }) => [
    { type: "tool_result", tool_name, tool_kind: inferToolKind(tool_name), tool_id, ...result },
  ],
  permission_request: ({ tool_name, description, granted }) => [{ type: "permission", tool_name, description, granted }],
  error: ({ message, details }) => [status(message, details)],
  result: ({ success, message, duration_ms = null, num_turns = null }) => [
    status(message ?? "Result emitted", { success, duration_ms, num_turns }),
  ],
  turn_complete: ({ stop_reason = null, turn_index, usage = null }) => [
    status(`Turn ${turn_index} complete`, { stop_reason, turn_index, usage }),
  ],
  // The limit's provider is that of the line. When it will resume is for those to say who decide it.
  usage_limit_detected: ({ scope, reset_at, raw }) => [
    { type: "usage_limit_hit", scope, reset_at, fallback_used: false, incident_id: randomUUID(), raw },
  ],
};

function toKinds<T extends AgentOutputEvent["type"]>(event: Extract<AgentOutputEvent, { type: T }>): LogEventKindInput[] {
  const rule = rules[event.type as T] as (event: Extract<AgentOutputEvent, { type: T }>) => LogEventKindInput[];
  return rule(event);
}

function assistantBlock(block: ContentBlock): LogEventKindInput {
  if (block.type === "text") return { type: "assistant_message", content: block.text, message_id: null };
  return { type: "tool_call", tool_name: block.name, tool_kind: inferToolKind(block.name), tool_id: block.id, input: block.input };
}

function userMessage(content: string): LogEventKindInput {
  return { type: "user_message", role: "user", content, message_id: null };
}

function status(message: string, data: unknown): LogEventKindInput {
  return { type: "provider_status", message, data };
}

/** Cost without tokens is worth a line too. */
function usageOf({ usage, total_cost_usd }: AgentOutput): LogEventKindInput | undefined {
  if (!usage && total_cost_usd === undefined) return undefined;
  return {
    type: "usage",
    input_tokens: usage?.input_tokens ?? 0,
    output_tokens: usage?.output_tokens ?? 0,
    cache_read_tokens: usage?.cache_read_tokens,
    cache_creation_tokens: usage?.cache_creation_tokens,
    total_cost_usd,
  };
}
