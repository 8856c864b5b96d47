import { z } from "zod";

/** Null reads as absent. */
const optional = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined).optional();
/** Any JSON; absent reads as null. */
const json = z.unknown().default(null);
const count = z.number().int().nonnegative();

/** Tokens of a turn or a session; further counts that an agent gives are kept. */
export const AgentUsage = z.looseObject({
  input_tokens: count,
  output_tokens: count,
  cache_read_tokens: optional(count),
  cache_creation_tokens: optional(count),
});
export type AgentUsage = z.infer<typeof AgentUsage>;

/** A part of a message. */
export const ContentBlock = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({ type: z.literal("tool_use"), id: z.string(), name: z.string(), input: json }),
]);
export type ContentBlock = z.infer<typeof ContentBlock>;

const ToolOutcome = z.object({
  success: z.boolean(),
  output: z.string().nullable().default(null),
  error: z.string().nullable().default(null),
  data: json,
});

/** One event of a wrapped agent's output. Fields that are not named here are passed over. */
export const AgentOutputEvent = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("init"),
    model: z.string(),
    working_directory: optional(z.string()),
    metadata: z.record(z.string(), z.unknown()).default({}),
  }),
  z.object({ type: z.literal("user_message"), content: z.array(ContentBlock) }),
  z.object({ type: z.literal("assistant_message"), content: z.array(ContentBlock) }),
  z.object({ type: z.literal("tool_execution"), tool_name: z.string(), tool_id: z.string(), result: ToolOutcome }),
  z.object({ type: z.literal("permission_request"), tool_name: z.string(), description: z.string(), granted: z.boolean() }),
  z.object({ type: z.literal("error"), message: z.string(), details: json }),
  z.object({
    type: z.literal("result"),
    success: z.boolean(),
    message: optional(z.string()),
    duration_ms: optional(count),
    num_turns: optional(count),
  }),
  z.object({ type: z.literal("turn_complete"), stop_reason: optional(z.string()), turn_index: count, usage: optional(AgentUsage) }),
  z.object({
    type: z.literal("usage_limit_detected"),
    provider: z.string(),
    scope: z.string(),
    reset_at: optional(z.string()),
    raw: optional(z.string()),
  }),
]);
export type AgentOutputEvent = z.infer<typeof AgentOutputEvent>;

/** All that a wrapped agent gave out in one run. An empty `session_id`, or `unknown`, names no session. */
export const AgentOutput = z.object({
  session_id: z.string().default(""),
  events: z.array(AgentOutputEvent).default([]),
  usage: optional(AgentUsage),
  total_cost_usd: optional(z.number()),
});
export type AgentOutput = z.infer<typeof AgentOutput>;
/** `AgentOutput` as a caller may give it: what is optional may be missing or null. */
export type AgentOutputInput = z.input<typeof AgentOutput>;
