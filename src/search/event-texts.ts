import { textOrNull, type EventFields } from "../log/event-fields.js";
import { EventExtras, EventHead } from "../schema/event.js";
import type { SearchRole } from "../schema/ports.js";
import { readable } from "./readable.js";

/** The kind of event in which each role speaks. */
export const typeOfRole: Readonly<Record<SearchRole, string>> = {
  user: "user_message",
  assistant: "assistant_message",
  reasoning: "reasoning",
  tool_input: "tool_call",
  tool_output: "tool_result",
};

/** Facts of a session that `provider_status` keeps: ids and paths, for which there are filters. */
const bookkeeping: ReadonlySet<string> = new Set(["source_path", "provider_session_id", "completeness", "workspace"]);
const notOfTheKind: ReadonlySet<string> = new Set(["type", ...Object.keys(EventHead.shape), ...Object.keys(EventExtras.shape)]);

const named =
  (...names: readonly string[]) =>
  (fields: EventFields): unknown[] =>
    names.map((name) => fields[name]);

const nothing = (): unknown[] => [];

const byType: Readonly<Record<string, (fields: EventFields) => unknown[]>> = {
  session_started: named("title"),
  user_message: named("content"),
  assistant_message: named("content"),
  reasoning: named("content"),
  tool_call: named("input"),
  tool_result: named("output", "error", "data"),
  permission: named("tool_name", "description"),
  provider_status: statusTexts,
  stderr: named("message"),
  parse_warning: named("message", "raw"),
  session_cleared: nothing,
  session_ended: named("error"),
  session_result: named("result"),
  heartbeat: nothing,
  usage: nothing,
  user_event: named("message", "data"),
  usage_limit_hit: named("scope", "raw"),
  usage_limit_resumed: named("resume_message"),
  usage_limit_resume_failed: named("error"),
};

/**
 * The texts of an event in which a search looks, in the order in which its first match is looked for; none is empty.
 * JSON values are made readable. Of a kind that nobody knows all fields but those of the head are such texts.
 */
export function eventTexts(fields: EventFields): string[] {
  const type = textOrNull(fields["type"]) ?? "";
  const values = Object.hasOwn(byType, type) ? byType[type]?.(fields) : [ownFields(fields)];
  return (values ?? []).map((value) => readable(value)).filter((text) => text !== "");
}

function statusTexts(fields: EventFields): unknown[] {
  const message = textOrNull(fields["message"]) ?? "";
  if (bookkeeping.has(message)) return [];
  return message === "title" ? [fields["data"]] : [message, fields["data"]];
}

function ownFields(fields: EventFields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !notOfTheKind.has(name)));
}
