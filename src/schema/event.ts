import { z } from "zod";
import { ToolKind } from "./tool-kind.js";

/** How much of a session its log holds. It only ever falls: full → partial → metadata_only. */
export const LogCompleteness = z.enum(["full", "partial", "metadata_only"]);
export type LogCompleteness = z.infer<typeof LogCompleteness>;

/** Where an event was read from. `backfill`: it stood in the native file when that was first met. */
export const LogSourceKind = z.enum(["wrapper", "provider_file", "provider_log", "stdout", "stderr", "backfill"]);
export type LogSourceKind = z.infer<typeof LogSourceKind>;

/** Always on the line; absent reads as null. */
const nullable = <T extends z.ZodType>(schema: T) => schema.nullable().default(null as never);
/** Left off the line when unknown; null reads as absent. */
const omittable = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined).optional();

const text = z.string();
const count = z.number().int().nonnegative();
const json = z.unknown();
const attempt = z.number().int().nonnegative().default(1);

/**
 * The 19 kinds, each with its fields in the order of the line: first the seed's, then our own.
 * This is the one source of their types, of their field order and of what `emit_event` accepts.
 */
export const eventKinds = {
  session_started: z.object({
    type: z.literal("session_started"),
    command: text,
    model: nullable(text),
    cwd: nullable(text),
    resumed: z.boolean(),
    backfilled: z.boolean(),
    parent_session_id: omittable(text),
    source_paths: omittable(z.array(text)),
    title: omittable(text),
  }),
  user_message: z.object({
    type: z.literal("user_message"),
    role: text,
    content: text,
    message_id: nullable(text),
  }),
  assistant_message: z.object({
    type: z.literal("assistant_message"),
    content: text,
    message_id: nullable(text),
    model: omittable(text),
  }),
  reasoning: z.object({
    type: z.literal("reasoning"),
    content: text,
    message_id: nullable(text),
  }),
  tool_call: z.object({
    type: z.literal("tool_call"),
    tool_name: text,
    tool_kind: omittable(ToolKind),
    tool_id: nullable(text),
    input: nullable(json),
  }),
  tool_result: z.object({
    type: z.literal("tool_result"),
    tool_name: nullable(text),
    tool_kind: omittable(ToolKind),
    tool_id: nullable(text),
    success: nullable(z.boolean()),
    output: nullable(text),
    error: nullable(text),
    data: nullable(json),
  }),
  permission: z.object({
    type: z.literal("permission"),
    tool_name: text,
    description: text,
    granted: z.boolean(),
  }),
  provider_status: z.object({
    type: z.literal("provider_status"),
    message: text,
    data: nullable(json),
  }),
  stderr: z.object({
    type: z.literal("stderr"),
    message: text,
  }),
  parse_warning: z.object({
    type: z.literal("parse_warning"),
    message: text,
    raw: nullable(text),
  }),
  session_cleared: z.object({
    type: z.literal("session_cleared"),
    old_session_id: nullable(text),
    new_session_id: nullable(text),
  }),
  session_ended: z.object({
    type: z.literal("session_ended"),
    success: z.boolean(),
    error: nullable(text),
    synthetic: omittable(z.boolean()),
  }),
  session_result: z.object({
    type: z.literal("session_result"),
    result: text,
  }),
  heartbeat: z.object({
    type: z.literal("heartbeat"),
    interval_secs: nullable(count),
  }),
  usage: z.object({
    type: z.literal("usage"),
    input_tokens: count,
    output_tokens: count,
    cache_read_tokens: omittable(count),
    cache_creation_tokens: omittable(count),
    total_cost_usd: omittable(z.number()),
    model: omittable(text),
  }),
  user_event: z.object({
    type: z.literal("user_event"),
    level: text,
    message: text,
    data: omittable(json),
  }),
  usage_limit_hit: z.object({
    type: z.literal("usage_limit_hit"),
    scope: text,
    reset_at: omittable(text),
    scheduled_resume_at: omittable(text),
    fallback_used: z.boolean().default(false),
    incident_id: text,
    raw: omittable(text),
  }),
  usage_limit_resumed: z.object({
    type: z.literal("usage_limit_resumed"),
    incident_id: text,
    resume_message: text,
    attempt,
  }),
  usage_limit_resume_failed: z.object({
    type: z.literal("usage_limit_resume_failed"),
    incident_id: text,
    error: text,
    attempt,
  }),
} as const;

export type EventType = keyof typeof eventKinds;
export const eventTypes = Object.keys(eventKinds) as EventType[];

/** Kinds that show, after a `session_ended`, that the session went on. */
export const reopeningTypes: ReadonlySet<string> = new Set<EventType>([
  "session_started",
  "user_message",
  "assistant_message",
  "reasoning",
  "tool_call",
  "tool_result",
]);

type KindOptions = typeof eventKinds;
const options = Object.values(eventKinds) as unknown as [KindOptions["session_started"], ...KindOptions[EventType][]];

/** One event without its head: `type` and the fields of that kind. */
export const LogEventKind = z.discriminatedUnion("type", options);
export type LogEventKind = z.infer<typeof LogEventKind>;
export type EventOf<T extends EventType> = Extract<LogEventKind, { type: T }>;

/** What stands on every line before `type`, in this order. */
export const EventHead = z.object({
  seq: count.describe("Position in the log; unique and gap-free"),
  ts: text.describe("Time of the event, RFC 3339"),
  provider: text.describe("Who produced the session: claude, codex, gemini, copilot or the writer's own name"),
  wrapper_session_id: text.describe("Id of the session, and name of its log"),
  provider_session_id: nullable(text).describe("The provider's own id of the session"),
  source_kind: LogSourceKind,
  completeness: LogCompleteness,
});

/** Fields of our own that any event may carry. They stand last, are left out when unknown, and are never needed to read a line. */
export const EventExtras = z.object({
  origin: omittable(text).describe("`<record key>/<part>` of the provider's record; unique in a log"),
  key: omittable(text).describe("The writer's retry key"),
  agent_id: omittable(text).describe("The sub-agent that produced the event; absent: the main agent"),
  parent_tool_id: omittable(text).describe("tool_id of the call that spawned that sub-agent"),
  truncated: omittable(count).describe("Bytes that were cut from the event's strings"),
});
export type EventHead = z.infer<typeof EventHead>;
export type EventExtras = z.infer<typeof EventExtras>;

/** One line of a log, of a kind that this version knows. Keys are those on disk. */
export type AgentLogEvent = EventHead & LogEventKind & EventExtras;

/**
 * A line whose kind may be newer than this version: it is kept, counted and returned as it stands.
 * Only what `isEventLine` checked is certain.
 */
export type AnyLogEvent = AgentLogEvent | (EventHead & EventExtras & { type: string; [field: string]: unknown });

/** What a writer hands in: the log adds seq, provider, ids and completeness, and `ts` where it is missing. */
export interface EventDraft {
  sourceKind: LogSourceKind;
  kind: LogEventKind;
  /** RFC 3339; the time of the append where absent. */
  ts?: string;
  extras?: EventExtras;
}

const headSchema = EventHead;

/**
 * Reads one line's object by the seed's rules: missing options become null, defaults are filled in, keys of nobody are dropped.
 * @throws {z.ZodError} when a required field is missing or of another type, or the kind is unknown.
 */
export function parseEvent(value: unknown): AgentLogEvent {
  const head = headSchema.parse(value);
  const kind = LogEventKind.parse(value);
  const extras = EventExtras.parse(value);
  return { ...head, ...kind, ...extras };
}

/** Cheap check of a parsed line, for readers: an object with a whole `seq` and a `type`; nothing else is looked at. */
export function isEventLine(value: unknown): value is AnyLogEvent {
  if (typeof value !== "object" || value === null) return false;
  const line = value as { seq?: unknown; type?: unknown };
  return Number.isSafeInteger(line.seq) && typeof line.type === "string";
}

const headOrder = Object.keys(EventHead.shape);
const extrasOrder = Object.keys(EventExtras.shape);
const lineOrder = new Map<string, readonly string[]>(
  Object.entries(eventKinds).map(([type, schema]) => [type, [...headOrder, ...Object.keys(schema.shape), ...extrasOrder]]),
);

/**
 * The event as its line, without the newline: the seed's field order, then our own fields; `undefined` is left out.
 */
export function serializeEvent(event: AgentLogEvent): string {
  const source = event as unknown as Record<string, unknown>;
  const line: Record<string, unknown> = {};
  for (const name of lineOrder.get(event.type) ?? [...headOrder, ...extrasOrder]) {
    // JSON would leave it out all the same, after a slower walk over an object with holes.
    if (source[name] !== undefined) line[name] = source[name];
  }
  return JSON.stringify(line);
}
