import { boundedRaw } from "../bounded-text.js";
import { type JsonObject, stringAt } from "../json.js";
import type { ParseResult } from "../provider.js";
import { lineKey } from "../record-key.js";
import { type PlacedProblem, type PlacedRecord, readRecordLines } from "../read-record-lines.js";
import { readAssistant } from "./assistant.js";
import { sayOpenCleared, settleCleared } from "./cleared.js";
import { Output, RecordReading } from "./output.js";
import { readQueueOperation, sayRemoved } from "./queue.js";
import { recordKey, rememberRecord } from "./record-identity.js";
import { considerStart, noteModel, releaseStart } from "./start.js";
import { type ClaudeState, freeze, thaw } from "./state.js";
import { readAttachment, readOther, readProgress, readRelocated, readSystem } from "./status.js";
import { settleThread } from "./thread.js";
import { isTitleRecord, sayTitle } from "./title.js";
import { flushUsage, sayCost } from "./usage.js";
import { readUser } from "./user.js";

/** The request log of 2.1.330 (`api-request`, `-blob`, `-shape`) repeats system prompts, prompts and results: never read. */
const requestLog = Buffer.from('{"type":"api-request');

/**
 * Reads records of a Claude Code transcript (1.0.95 to 2.1.330), a sub-agent's file or a workflow journal.
 * `provider_status` is named by the record: `<subtype>` for `system`, `progress/<kind>`, `attachment/<kind>`, else the type.
 * @see Provider.parse
 */
export function parse(state: ClaudeState, chunk: Buffer, { final }: { final: boolean }): ParseResult<ClaudeState> {
  const working = thaw(state);
  const out = new Output(working);
  const consumedBytes = readRecordLines(chunk, { offsetBytes: working.plain.offsetBytes, final }, {
    isRecord,
    isPassedOver: (line) => line.subarray(0, requestLog.length).equals(requestLog),
    onRecord: (record) => readRecord(out, record),
    onProblem: (problem) => warn(out, problem),
  });
  working.plain.offsetBytes += consumedBytes;
  if (final) sayWaiting(out);
  return { state: freeze(working), events: out.events, consumedBytes, agents: out.agents };
}

/** Says what waits for a record that will not come. */
function sayWaiting(out: Output): void {
  const { start } = out.state.plain;
  if (!start.said && start.heldRecords > 0) releaseStart(out, "");
  sayRemoved(out);
  flushUsage(out);
  sayOpenCleared(out);
}

/** Whether an object behind broken text is a record of its own. */
function isRecord(value: JsonObject): boolean {
  return stringAt(value, "type") !== undefined && (stringAt(value, "sessionId") !== undefined || stringAt(value, "uuid") !== undefined);
}

/** A line that is not one whole record: what could be read of it has been said, the line itself is a parse_warning. */
function warn(out: Output, { problem, text, offsetBytes }: PlacedProblem): void {
  const key = lineKey(text, out.state.lines);
  const reading = new RecordReading(out, {}, { key, offsetBytes });
  considerStart(reading, text.length);
  const { plain } = out.state;
  if (plain.role === "agent") settleThread(reading);
  reading.say({ type: "parse_warning", message: problem, raw: boundedRaw(text) });
}

const readers: ReadonlyMap<string, (reading: RecordReading) => void> = new Map([
  ["user", readUser],
  ["assistant", readAssistant],
  ["system", readSystem],
  ["progress", readProgress],
  ["attachment", readAttachment],
  ["queue-operation", readQueueOperation],
  ["cost-state", sayCost],
  ["relocated", readRelocated],
]);

function readByType(reading: RecordReading): void {
  const read = readers.get(reading.type);
  if (read) read(reading);
  else if (isTitleRecord(reading.type)) sayTitle(reading);
  else readOther(reading);
}

function readRecord(out: Output, { value: record, text, offsetBytes }: PlacedRecord): void {
  if (stringAt(record, "type")?.startsWith("api-request")) return;
  const key = recordKey(record, text, out.state);
  const reading = new RecordReading(out, record, { key, offsetBytes });
  noteModel(reading);
  considerStart(reading, text.length);
  settleThread(reading);
  settleCleared(reading);
  readByType(reading);
  rememberRecord(record, out.state);
}
