import { boundedText } from "../bounded-text.js";
import { objectAt, stringAt } from "../json.js";
import type { RecordReading } from "./output.js";
import { maxNameChars } from "./state.js";

/** The call that spawned the sub-agent of a record: beside the envelope, in a usage record one level deeper, in `subagent.*` the call itself. */
function spawningCall({ data, type }: RecordReading): string {
  const named = stringAt(data, "parentToolCallId") ?? stringAt(objectAt(data, "usage"), "parentToolCallId");
  const own = type.startsWith("subagent.") ? stringAt(data, "toolCallId") : undefined;
  return boundedText(named ?? own ?? "", maxNameChars);
}

/**
 * Settles which agent a record belongs to: the envelope's `agentId` (2026-03 and later), else `data.parentToolCallId`, which is then
 * the agent's id. Where records of one agent carry now the one, now the other, the id that was seen first stays.
 */
export function settleThread(reading: RecordReading): void {
  const { state, record, type } = reading;
  const named = boundedText(stringAt(record, "agentId") ?? "", maxNameChars);
  const call = spawningCall(reading);
  // `subagent.*` without an envelope is the parent's word about its sub-agent.
  if (!named && (!call || type.startsWith("subagent."))) return noteSpawned(reading, call);
  const byCall = call ? state.agents.get(call) : undefined;
  const first = !named ? (byCall ?? call) : (state.agents.get(named) ?? (byCall === call && call ? call : named));
  if (named) state.agents.set(named, first);
  if (call && byCall === undefined) state.agents.set(call, first);
  reading.agentId = first;
  link(reading, first, call);
  reading.parentToolId = state.agentParents.get(first) ?? "";
}

/** A sub-agent of old is known by the call that spawned it. */
function noteSpawned(reading: RecordReading, call: string): void {
  if (call && reading.type === "subagent.started") link(reading, reading.state.agents.get(call) ?? call, call);
}

function link({ state, out }: RecordReading, agentId: string, call: string): void {
  if (!call || state.agentParents.has(agentId)) return;
  state.agentParents.set(agentId, call);
  out.agents.push({ agentId, parentToolId: call });
}

/** Model that the record's agent runs with, "" while unknown. */
export function threadModel({ state, agentId }: RecordReading): string {
  return agentId ? (state.models.get(agentId) ?? "") : state.plain.model;
}

/** Remembers the model that a record of an agent names. What a sub-agent changes does not concern the main agent. */
export function noteModel(reading: RecordReading): void {
  const { state, data, type, agentId } = reading;
  const field = type === "session.model_change" ? "newModel" : type === "session.start" || type === "session.resume" ? "selectedModel" : "model";
  if (field === "model" && !/^(?:assistant\.message|tool\.execution_|subagent\.(?:started|configured))/.test(type)) return;
  const model = boundedText(stringAt(data, field) ?? "", maxNameChars);
  if (!model) return;
  if (agentId) state.models.set(agentId, model);
  else if (!type.startsWith("subagent.")) state.plain.model = model;
  else if (type === "subagent.started") state.models.set(boundedText(stringAt(data, "toolCallId") ?? "", maxNameChars), model);
}
