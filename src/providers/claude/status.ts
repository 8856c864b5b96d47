import { boundedData, type DataBounds, statusBounds } from "../bounded-data.js";
import { type JsonObject, objectAt, stringAt } from "../json.js";
import type { RecordReading } from "./output.js";
import { flushUsage } from "./usage.js";
import { sayRemoved } from "./queue.js";
import { readQueuedCommand, sayWrapper } from "./user.js";
import { classifyText } from "./user-text.js";

/**
 * Fields that every record repeats, or that say again what an event says: left out of a status. `rendered` is an attachment as
 * it was sent to the model; `lastPrompt` repeats the prompt; `fullOutput` repeats `output`.
 */
const bookkeeping = new Set([
  "type", "subtype", "uuid", "parentUuid", "logicalParentUuid", "sessionId", "session_id", "timestamp", "cwd", "version",
  "gitBranch", "userType", "entrypoint", "slug", "isSidechain", "isMeta", "agentId", "promptId", "requestId", "sessionKind",
  "rendered", "renderedRole", "lastPrompt", "fullOutput", "commandUuid", "source_uuid",
]);
const recordBounds: DataBounds = { ...statusBounds, maxStringChars: 16_000, maxTotalChars: 32_000, omit: bookkeeping };
const noteBounds: DataBounds = { ...statusBounds, omit: bookkeeping };

function ownFields(source: JsonObject, bounds: DataBounds): JsonObject | null {
  const data = boundedData(source, bounds);
  return typeof data === "object" && data !== null && Object.keys(data).length > 0 ? (data as JsonObject) : null;
}

/** A `system` record: provider_status named by its subtype. `turn_duration` and `stop_hook_summary` end a turn. */
export function readSystem(reading: RecordReading): void {
  const { record } = reading;
  const subtype = stringAt(record, "subtype") ?? "system";
  if (subtype === "turn_duration" || subtype === "stop_hook_summary") {
    flushUsage(reading.out, reading.agentId || undefined);
    if (!reading.agentId) sayRemoved(reading.out);
  }
  const content = stringAt(record, "content");
  if (subtype === "local_command" && content !== undefined) {
    sayWrapper(reading, classifyText(content), "record");
    return;
  }
  reading.status(subtype, ownFields(record, recordBounds));
}

/**
 * A `progress` record: provider_status `progress/<kind>`. `agent_progress` repeats, message by message, what the sub-agent's
 * own file holds: only the link to the call that spawned it is taken from it.
 */
export function readProgress(reading: RecordReading): void {
  const { record } = reading;
  const data = objectAt(record, "data") ?? {};
  const kind = stringAt(data, "type") ?? "unknown";
  if (kind === "agent_progress") {
    const agentId = stringAt(data, "agentId");
    reading.out.link(agentId, stringAt(record, "parentToolUseID"));
    reading.status("progress/agent_progress", agentId === undefined ? null : { agent_id: agentId });
    return;
  }
  const toolId = stringAt(record, "parentToolUseID") ?? stringAt(record, "toolUseID");
  reading.status(`progress/${kind}`, { ...(toolId === undefined ? {} : { tool_id: toolId }), ...ownFields(data, noteBounds) });
}

/**
 * An `attachment` record: a prompt (`queued_command`), else provider_status `attachment/<kind>`. System prompts and tool
 * schemas (`prompt_snapshot`) are named without their text, as the request log is.
 */
export function readAttachment(reading: RecordReading): void {
  const attachment = objectAt(reading.record, "attachment") ?? {};
  const kind = stringAt(attachment, "type") ?? "unknown";
  reading.state.plain.hasAttachments = true;
  if (kind === "queued_command") readQueuedCommand(reading, attachment);
  else reading.status(`attachment/${kind}`, kind === "prompt_snapshot" ? null : ownFields(attachment, noteBounds));
}

/** A session moved to another folder: provider_status `workspace` with the new path. */
export function readRelocated(reading: RecordReading): void {
  const path = stringAt(reading.record, "relocatedCwd");
  if (path !== undefined) reading.status("workspace", path);
}

/** Any other record: provider_status named by its type, with its own fields. Nothing of an unknown type is lost silently. */
export function readOther(reading: RecordReading): void {
  reading.status(reading.type, ownFields(reading.record, recordBounds));
}
