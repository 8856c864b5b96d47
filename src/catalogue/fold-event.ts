import { lesserCompleteness } from "../log/completeness.js";
import { reopeningTypes, type AnyLogEvent } from "../schema/event.js";
import { factOf, fieldsOf, isMainAgent, numberOrZero, textOrNull, timeOf, type EventFields } from "../log/event-fields.js";
import { emptyState, type SessionState } from "./session-state.js";
import { firstWordsOf, titleOf } from "./session-title.js";

const folds: Readonly<Record<string, (next: SessionState, fields: EventFields) => void>> = {
  session_started: foldStarted,
  session_ended: foldEnded,
  user_message: foldUserMessage,
  assistant_message: foldModel,
  tool_call: (next) => void next.toolCalls++,
  tool_result: (next, fields) => void (next.toolErrors += fields["success"] === false ? 1 : 0),
  usage: foldUsage,
  provider_status: foldStatus,
};

/** The state before the first line of a log that begins with `event`. */
export function stateBefore(event: AnyLogEvent): SessionState {
  return emptyState(textOrNull(fieldsOf(event)["provider"]) ?? "unknown");
}

/**
 * The state after one more line, in log order. Pure: `state` is left as it is; undefined before the first line.
 * A line of a kind that nobody knows counts as an event.
 */
export function foldEvent(state: SessionState | undefined, event: AnyLogEvent): SessionState {
  const next: SessionState = { ...(state ?? stateBefore(event)) };
  foldInto(next, event);
  return next;
}

/**
 * As `foldEvent`, into a state that nobody else holds: a copy for each of a million lines would cost more than the rest.
 * @param ms The event's time, where that is known already.
 */
export function foldInto(next: SessionState, event: AnyLogEvent, ms: number | null = timeOf(fieldsOf(event))): void {
  const fields = fieldsOf(event);
  next.lines++;
  next.ascending &&= event.seq > next.greatestSeq;
  next.greatestSeq = Math.max(next.greatestSeq, event.seq);
  next.startedMs ??= ms;
  foldHead(next, fields);
  if (event.type === "heartbeat") {
    next.heartbeatMs = later(next.heartbeatMs, ms);
    return;
  }
  next.events++;
  next.lastMs = later(next.lastMs, ms);
  if (next.ended && reopeningTypes.has(event.type)) {
    next.ended = false;
    next.endedMs = null;
  }
  if (Object.hasOwn(folds, event.type)) folds[event.type]?.(next, fields);
}

function foldHead(next: SessionState, fields: EventFields): void {
  next.providerSessionId = textOrNull(fields["provider_session_id"]) ?? next.providerSessionId;
  lowerCompleteness(next, fields["completeness"]);
}

function foldStarted(next: SessionState, fields: EventFields): void {
  next.workspace = textOrNull(fields["cwd"]) ?? next.workspace;
  next.command = textOrNull(fields["command"]) ?? next.command;
  next.model = textOrNull(fields["model"]) ?? next.model;
  next.parentSessionId = textOrNull(fields["parent_session_id"]) ?? next.parentSessionId;
  next.title = titleOf(textOrNull(fields["title"]) ?? "") ?? next.title;
  next.backfilled = fields["backfilled"] === true;
  next.byProvider ||= textOrNull(fields["origin"]) !== null;
  const paths = fields["source_paths"];
  if (Array.isArray(paths)) for (const path of paths) addSourcePath(next, textOrNull(path));
}

function foldEnded(next: SessionState, fields: EventFields): void {
  next.ended = true;
  next.endedMs = timeOf(fields);
}

function foldUserMessage(next: SessionState, fields: EventFields): void {
  if (!isMainAgent(fields)) return;
  next.userMessages++;
  if (fields["role"] === "user") next.firstWords ??= firstWordsOf(textOrNull(fields["content"]) ?? "");
}

function foldModel(next: SessionState, fields: EventFields): void {
  // A sub-agent often runs on a smaller model: the session's is that of its main agent.
  if (isMainAgent(fields)) next.model = textOrNull(fields["model"]) ?? next.model;
}

function foldUsage(next: SessionState, fields: EventFields): void {
  foldModel(next, fields);
  const sum = { ...(next.tokens ?? { input: 0, output: 0 }) };
  sum.input += numberOrZero(fields["input_tokens"]);
  sum.output += numberOrZero(fields["output_tokens"]);
  if (typeof fields["cache_read_tokens"] === "number") sum.cache_read = (sum.cache_read ?? 0) + fields["cache_read_tokens"];
  if (typeof fields["cache_creation_tokens"] === "number") sum.cache_creation = (sum.cache_creation ?? 0) + fields["cache_creation_tokens"];
  next.tokens = sum;
  if (typeof fields["total_cost_usd"] === "number") next.costUsd = (next.costUsd ?? 0) + fields["total_cost_usd"];
}

function foldStatus(next: SessionState, fields: EventFields): void {
  next.title = titleOf(factOf(fields, "title") ?? "") ?? next.title;
  next.workspace = factOf(fields, "workspace") ?? next.workspace;
  if (fields["message"] === "provider_session_id" && fields["data"] === null) next.providerSessionId = null;
  next.providerSessionId = factOf(fields, "provider_session_id") ?? next.providerSessionId;
  lowerCompleteness(next, factOf(fields, "completeness"));
  addSourcePath(next, factOf(fields, "source_path"));
}

function addSourcePath(next: SessionState, path: string | null): void {
  if (path !== null && !next.sourcePaths.includes(path)) next.sourcePaths = [...next.sourcePaths, path];
}

function lowerCompleteness(next: SessionState, value: unknown): void {
  const known = value === "full" || value === "partial" || value === "metadata_only";
  if (known) next.completeness = lesserCompleteness(next.completeness, value);
}

function later(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.max(one, other);
}
