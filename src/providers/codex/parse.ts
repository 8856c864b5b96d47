import { boundedRaw } from "../bounded-text.js";
import { type JsonObject, stringAt } from "../json.js";
import { type LineReading, readLine } from "../line-values.js";
import type { ParseResult } from "../provider.js";
import { lineKey } from "../record-key.js";
import { recordLines } from "../record-lines.js";
import { parseDocument } from "./document.js";
import { isRolloutLine, readEnvelope } from "./envelope.js";
import { sayPendingLimit } from "./limit.js";
import { Output, RecordReading } from "./output.js";
import { noteDamage, sayCertainPrompts } from "./held-prompts.js";
import { readRecord } from "./record.js";
import { releaseStart } from "./start.js";
import { type CodexState, freeze, thaw } from "./state.js";
import { sayAborted } from "./tools.js";

/**
 * Reads records of a rollout (bare JSONL of 2025, 0.39 to 0.169), or a session file of the TypeScript tool.
 * Lines have no ids, and items stand on several of them: the key of a record is the hash of its line.
 * @see Provider.parse
 */
export function parse(state: CodexState, chunk: Buffer, { final }: { final: boolean }): ParseResult<CodexState> {
  if (state.plain.isDocument) return parseDocument(state, chunk, { final });
  const working = thaw(state);
  const out = new Output(working);
  const { lines, consumedBytes } = recordLines(chunk, { final });
  const from = working.plain.offsetBytes;
  for (const { start, end } of lines) readBytes(out, chunk.subarray(start, end), from + start);
  working.plain.offsetBytes = from + consumedBytes;
  if (final) sayWaiting(out);
  return { state: freeze(working), events: out.events, consumedBytes, agents: [] };
}

/** Says what waits for a record that will not come. */
function sayWaiting(out: Output): void {
  sayCertainPrompts(out);
  sayAborted(out);
  sayPendingLimit(out);
  const { start } = out.state.plain;
  if (!start.said && (start.first.key !== "" || start.held.length > 0)) releaseStart(out);
}

function readBytes(out: Output, bytes: Buffer, offsetBytes: number): void {
  const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
  const line = readLine(text, isRolloutLine);
  for (const { value, text: recordText, start } of line.values) {
    const place = start === 0 ? offsetBytes : offsetBytes + Buffer.byteLength(text.slice(0, start));
    readOne(out, value, { text: recordText, offsetBytes: place });
  }
  if (line.problem !== undefined) warn(out, line, { text, offsetBytes });
}

function readOne(out: Output, value: JsonObject, { text, offsetBytes }: { text: string; offsetBytes: number }): void {
  const record = readEnvelope(value);
  if (record.type === "state") return;
  const key = lineKey(text.trimEnd(), out.state.lines);
  readRecord(new RecordReading(out, record, { key, offsetBytes, timestamp: stringAt(value, "timestamp") }), text.length);
}

/** A line that is not one whole record: what could be read of it has been said, the line itself is a parse_warning. */
function warn(out: Output, { problem = "" }: LineReading, { text, offsetBytes }: { text: string; offsetBytes: number }): void {
  const key = lineKey(text.trimEnd(), out.state.lines);
  noteDamage(out);
  out.sayAt({ key, ts: out.state.plain.ts, offsetBytes }, "0", { type: "parse_warning", message: problem, raw: boundedRaw(text) });
}
