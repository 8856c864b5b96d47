import { boundedData, type DataBounds, statusBounds } from "../bounded-data.js";
import { boundedText } from "../bounded-text.js";
import { countAt, isObject, type JsonObject, objectAt, stringAt } from "../json.js";
import { base64Bytes, mediaText } from "../media-text.js";
import { derivedUuid } from "../record-key.js";
import { noteResult } from "./chunks.js";
import { readUsageLimit } from "./limit.js";
import type { RecordReading } from "./output.js";

/**
 * Left out wherever it stands: what only the model's server reads, telemetry, accounts that repeat totals (section 5 of the format), and what
 * tells of a hook's call again.
 */
const bulk = new Set([
  "reasoningOpaque", "encryptedContent", "reasoningBlocks", "toolTelemetry", "accountingSnapshot", "providerModelMetrics", "agentMetrics",
  "usageAccountingWatermarks", "tokenDetails", "modelCacheState", "toolArgs", "toolResult", "parentToolCallId", "interactionId", "transformedContent",
  "supportedNativeDocumentMimeTypes", "type", "id", "parentId", "timestamp", "ephemeral", "agentId",
]);
/** `type` and ids are bookkeeping on the envelope only; in the data they mean something. */
const envelope = new Set(["type", "id", "parentId", "timestamp", "ephemeral", "agentId"]);
const inner = new Set([...bulk].filter((name) => !envelope.has(name)));
const noteBounds: DataBounds = { ...statusBounds, omit: inner };

/** Fields that repeat what an event or a file says, by type of record. */
const repeated: ReadonlyMap<string, readonly string[]> = new Map([
  ["session.shutdown", ["usage"]],
  ["session.start", ["sessionId", "cwd", "startTime", "selectedModel"]],
  ["session.resume", ["cwd", "selectedModel"]],
  ["skill.invoked", ["content"]],
  ["external_tool.requested", ["arguments"]],
]);
/** Texts that are kept longer than others: the summary that goes on in place of the conversation. */
const longText: ReadonlyMap<string, number> = new Map([
  ["session.compaction_complete", 64_000],
  ["system.message", 500],
]);

function boundsOf(type: string): DataBounds {
  const omit = repeated.get(type);
  const chars = longText.get(type);
  return {
    ...noteBounds,
    ...(omit === undefined ? {} : { omit: new Set([...inner, ...omit]) }),
    ...(chars === undefined ? {} : { maxStringChars: chars, maxTotalChars: Math.max(chars + 8000, noteBounds.maxTotalChars) }),
  };
}

/** The data of a status for a record of that type; null where nothing is left of it. */
export function statusData(type: string, data: JsonObject): JsonObject | null {
  const own = Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null));
  const kept = boundedData(own, boundsOf(type));
  return isObject(kept) && Object.keys(kept).length > 0 ? kept : null;
}

/** Any other record: provider_status named by its type, with its own fields. Nothing of an unknown type is lost silently. */
export function readOther(reading: RecordReading): void {
  const { data, record, type } = reading;
  const plain = record["data"];
  if (plain !== undefined && !isObject(plain)) return reading.status(type, boundedData(plain, noteBounds));
  if (data !== record) return reading.status(type, statusData(type, data));
  const own = Object.fromEntries(Object.entries(record).filter(([name]) => !envelope.has(name)));
  reading.status(type, statusData(type, own));
}

/** The system prompt (10 to 40 KB): its begin and its length. */
export function readSystemMessage(reading: RecordReading): void {
  const { data } = reading;
  const { content: _, metadata: __, ...rest } = data;
  const text = stringAt(data, "content") ?? "";
  reading.status("system.message", { ...statusData("system.message", rest), text: boundedText(text, 500), chars: text.length });
}

/** An image or file that was kept beside the conversation (1.0.64): what it is, without its bytes. */
export function readBinaryAsset(reading: RecordReading): void {
  const { data: base64, ...rest } = reading.data;
  const bytes = typeof base64 === "string" ? base64Bytes(base64) : countAt(reading.data, "byteLength");
  const media = mediaText(boundedText(stringAt(rest, "mimeType") ?? "file", 100), countAt(rest, "byteLength") || bytes);
  reading.status(reading.type, { ...statusData(reading.type, rest), media });
}

/** Reads a `session.error`: a user_event, and where it tells of a spent allowance a usage_limit_hit. */
export function readError(reading: RecordReading): void {
  const { data, state } = reading;
  const { message: _, stack: __, ...rest } = data;
  const message = stringAt(data, "message") ?? stringAt(data, "errorType") ?? "error";
  const told = statusData("session.error", rest);
  reading.say({ type: "user_event", level: "error", message, ...(told ? { data: told } : {}) });
  const limit = readUsageLimit(data, { at: reading.ts, zoneMinutes: state.plain.zoneMinutes });
  if (!limit) return;
  state.plain.incidentId = derivedUuid(`copilot:${reading.key}`);
  reading.say({ type: "usage_limit_hit", ...limit, fallback_used: false, incident_id: state.plain.incidentId, raw: message });
}

/** Reads a `session.warning`. */
export function readWarning(reading: RecordReading): void {
  const { message, ...rest } = reading.data;
  const told = statusData("session.warning", rest);
  const text = typeof message === "string" ? message : (stringAt(rest, "warningType") ?? "warning");
  reading.say({ type: "user_event", level: "warning", message: text, ...(told ? { data: told } : {}) });
}

/** Reads a `session.model_change`. One for `rate_limit_auto_switch` ends the last usage limit: another model answers. */
export function readModelChange(reading: RecordReading): void {
  const { data, state } = reading;
  const { incidentId } = state.plain;
  if (stringAt(data, "cause") === "rate_limit_auto_switch" && incidentId !== "" && !reading.agentId) {
    const message = `Switched to ${boundedText(stringAt(data, "newModel") ?? "another model", 200)}`;
    state.plain.incidentId = "";
    reading.say({ type: "usage_limit_resumed", incident_id: incidentId, resume_message: message, attempt: 1 });
  }
  readOther(reading);
}

/** Reads a `session.task_complete`: its summary is what the running segment came to. */
export function readTaskComplete(reading: RecordReading): void {
  noteResult(reading, reading.agentId, stringAt(reading.data, "summary") ?? "");
  readOther(reading);
}

/** Reads a `session.title_changed`, which only streams carry. */
export function readTitle(reading: RecordReading): void {
  const title = stringAt(reading.data, "title")?.trim();
  if (title && !reading.agentId) reading.status("title", boundedText(title, 500));
  else readOther(reading);
}

/** Reads a `hook.start` or `hook.end`; its input repeats arguments and results of the call. */
export function readHook(reading: RecordReading): void {
  const { input: _, ...rest } = reading.data;
  const toolName = stringAt(objectAt(reading.data, "input"), "toolName");
  reading.status(reading.type, { ...statusData(reading.type, rest), ...(toolName === undefined ? {} : { toolName: boundedText(toolName, 200) }) });
}
