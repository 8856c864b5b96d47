import { boundedRaw } from "../bounded-text.js";
import { stringAt } from "../json.js";
import type { ParseResult } from "../provider.js";
import { lineKey } from "../record-key.js";
import { type PlacedProblem, type PlacedRecord, readRecordLines } from "../read-record-lines.js";
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
  const consumedBytes = readRecordLines(chunk, { offsetBytes: working.plain.offsetBytes, final }, {
    isRecord: isRolloutLine,
    onRecord: (record) => readOne(out, record),
    onProblem: (problem) => warn(out, problem),
  });
  working.plain.offsetBytes += consumedBytes;
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

function readOne(out: Output, { value, text, offsetBytes }: PlacedRecord): void {
  const record = readEnvelope(value);
  if (record.type === "state") return;
  const key = lineKey(text.trimEnd(), out.state.lines);
  readRecord(new RecordReading(out, record, { key, offsetBytes, timestamp: stringAt(value, "timestamp") }), text.length);
}

/** Whether a broken line was an `event_msg`, or does not say what it was. */
function mayBeEvent(text: string): boolean {
  const type = /"type"\s*:\s*"([^"]*)"/.exec(text.slice(0, 1000))?.[1];
  return type === undefined || /event|msg/.test(type);
}

/** A line that is not one whole record: what could be read of it has been said, the line itself is a parse_warning. */
function warn(out: Output, { problem, text, offsetBytes }: PlacedProblem): void {
  const key = lineKey(text.trimEnd(), out.state.lines);
  if (mayBeEvent(text)) noteDamage(out);
  out.sayAt({ key, ts: out.state.plain.ts, offsetBytes }, "0", { type: "parse_warning", message: problem, raw: boundedRaw(text) });
}
