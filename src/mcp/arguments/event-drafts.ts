import { z } from "zod";
import { CoreError } from "../../errors.js";
import { eventKinds, type EventDraft, type EventType, type LogEventKind } from "../../schema/event.js";
import { formatTime, parseTime } from "../../schema/time.js";
import { inferToolKind } from "../../schema/tool-kind.js";
import { isDeeperThan, maxDepth } from "../nesting.js";

/** Kinds that only their own tools write. */
const writtenElsewhere: ReadonlyMap<string, string> = new Map<EventType, string>([
  ["session_started", "start_session writes it"],
  ["session_ended", "end_session writes it"],
  ["heartbeat", "the server writes it"],
]);

/** Kinds that a writer may hand in. */
export const emittableTypes = (Object.keys(eventKinds) as EventType[]).filter((type) => !writtenElsewhere.has(type));

/** UTF-16 units of an `agent_id`, as it may be written and asked for. */
export const maxAgentIdChars = 256;

/** What any event may carry beside its kind's fields. */
const carried = {
  ts: z.string().refine((text) => parseTime(text) !== undefined, "expected an RFC 3339 time").optional(),
  agent_id: z.string().min(1).max(maxAgentIdChars).optional(),
  parent_tool_id: z.string().min(1).max(256).optional(),
  key: z.string().min(1).max(512).optional(),
};
const carriedNames = new Set(Object.keys(carried));

/** The kind's own schema, but with no other fields, and with `role` filled in. */
function strictKind(type: EventType) {
  const role = type === "user_message" ? { role: z.string().default("user") } : {};
  return z.strictObject({ ...eventKinds[type].shape, ...role, ...carried });
}
const strictKinds = new Map(emittableTypes.map((type) => [type as string, strictKind(type)]));

/** Each kind with its fields, `?` behind those that may be missing: derived from the schemas, so that it cannot drift. */
export const eventKindsText = emittableTypes
  .map((type) => {
    const { type: _, ...shape } = strictKind(type).shape as Record<string, z.ZodType>;
    const fields = Object.entries(shape).filter(([name]) => !carriedNames.has(name));
    const words = fields.map(([name, field]) => (field.safeParse(undefined).success ? `${name}?` : name));
    return `${type}(${words.join(" ")})`;
  })
  .join(" ");

/**
 * Events of a caller as drafts: missing options become null, `role` is `user` and `tool_kind` what the tool's name suggests where they are absent.
 * All are checked before any is given back.
 * @param place Name of an event in errors, by its index.
 * @throws {CoreError} `INVALID_EVENT` naming the field.
 */
export function eventDrafts(
  events: readonly Readonly<Record<string, unknown>>[],
  { sourceKind, place }: { sourceKind: EventDraft["sourceKind"]; place: (index: number) => string },
): EventDraft[] {
  return events.map((event, index) => eventDraft(event, { sourceKind, at: place(index) }));
}

function eventDraft(event: Readonly<Record<string, unknown>>, { sourceKind, at }: { sourceKind: EventDraft["sourceKind"]; at: string }): EventDraft {
  if (isDeeperThan(event, maxDepth)) throw new CoreError("INVALID_EVENT", `${at} is nested deeper than ${maxDepth} levels. Give deep data as text.`);
  const parsed = schemaOf(event["type"], at).safeParse(event);
  if (!parsed.success) throw invalidEvent(parsed.error, at);
  const { ts, agent_id, parent_tool_id, key, ...kind } = parsed.data as Record<string, unknown> & { [name in keyof typeof carried]?: string };
  const extras = Object.fromEntries(Object.entries({ agent_id, parent_tool_id, key }).filter(([, value]) => value !== undefined));
  const time = ts === undefined ? undefined : parseTime(ts);
  return {
    sourceKind,
    kind: withToolKind(kind as LogEventKind),
    ...(time !== undefined && { ts: formatTime(time) }),
    ...(Object.keys(extras).length > 0 && { extras }),
  };
}

function schemaOf(type: unknown, at: string) {
  const known = typeof type === "string" ? strictKinds.get(type) : undefined;
  if (known) return known;
  const own = typeof type === "string" ? writtenElsewhere.get(type) : undefined;
  if (own) throw new CoreError("INVALID_EVENT", `${at}.type ${String(type)} cannot be emitted: ${own}.`);
  const found = typeof type === "string" ? JSON.stringify(type.slice(0, 64)) : "missing or no string";
  throw new CoreError("INVALID_EVENT", `${at}.type is ${found}. Give one of ${emittableTypes.join(", ")}.`);
}

function withToolKind(kind: LogEventKind): LogEventKind {
  if (kind.type !== "tool_call" && kind.type !== "tool_result") return kind;
  if (kind.tool_kind !== undefined || kind.tool_name === null) return kind;
  return { ...kind, tool_kind: inferToolKind(kind.tool_name) };
}

const shownIssues = 3;

/** Names fields and types only: what the fields hold is session text. */
function invalidEvent(error: z.ZodError, at: string): CoreError {
  const sentences = error.issues.slice(0, shownIssues).map((issue) => {
    const field = [at, ...issue.path.map(String)].join(".");
    if (issue.code !== "unrecognized_keys") return `${field}: ${issue.message.replace(/^Invalid input: /, "")}.`;
    return `${field} has unknown fields: ${issue.keys.slice(0, 5).map((key) => JSON.stringify(key.slice(0, 64))).join(", ")}.`;
  });
  return new CoreError("INVALID_EVENT", `${sentences.join(" ")} The description of emit_event lists the fields of each kind.`, { cause: error });
}
