import { boundedRaw } from "../bounded-text.js";
import { type JsonObject, stringAt } from "../json.js";
import { type LineReading, readLine } from "../line-values.js";
import type { ParseResult } from "../provider.js";
import { lineKey } from "../record-key.js";
import { recordLines } from "../record-lines.js";
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
  const { lines, consumedBytes } = recordLines(chunk, { final });
  const from = working.plain.offsetBytes;
  for (const { start, end } of lines) {
    const isLogged = end - start >= requestLog.length && chunk.compare(requestLog, 0, requestLog.length, start, start + requestLog.length) === 0;
    if (!isLogged) readBytes(out, chunk.subarray(start, end), from + start);
  }
  working.plain.offsetBytes = from + consumedBytes;
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

function readBytes(out: Output, bytes: Buffer, offsetBytes: number): void {
  const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
  const line = readLine(text, isRecord);
  for (const { value, text: recordText, start } of line.values) {
    const place = start === 0 ? offsetBytes : offsetBytes + Buffer.byteLength(text.slice(0, start));
    readRecord(out, value, { text: recordText, offsetBytes: place });
  }
  if (line.problem !== undefined) warn(out, line, { text, offsetBytes });
}

/** A line that is not one whole record: what could be read of it has been said, the line itself is a parse_warning. */
function warn(out: Output, { problem = "" }: LineReading, { text, offsetBytes }: { text: string; offsetBytes: number }): void {
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

function readRecord(out: Output, record: JsonObject, { text, offsetBytes }: { text: string; offsetBytes: number }): void {
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
