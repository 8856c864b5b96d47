import { parseTime } from "../../schema/time.js";
import { type JsonObject, numberAt, objectAt, stringAt } from "../json.js";
import { isUuid } from "../record-key.js";
import type { RecordReading } from "./output.js";
import { noteTotals } from "./usage.js";

/** A copied history is written at once (within 50 ms in 0.104); what comes this much later is the thread's own. */
const replayMs = 5000;

/** Milliseconds since the epoch that a UUIDv7 carries; undefined for any other id. */
function uuidTimeMs(id: string | undefined): number | undefined {
  if (id === undefined || !isUuid(id) || id[14] !== "7") return undefined;
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/**
 * Settles, from the thread's own session_meta, whether a copy of another thread's history follows: a fork, or a sub-agent that
 * inherits its parent's context, writes all of it again with fresh times.
 */
export function expectReplay(reading: RecordReading, meta: JsonObject): void {
  const { replay } = reading.state.plain;
  const first = numberAt(meta, "subagent_history_start_ordinal") ?? numberAt(objectAt(meta, "history_base"), "end_ordinal_exclusive");
  if (first !== undefined) {
    replay.until = "ordinal";
    replay.ordinal = first;
  } else if (stringAt(meta, "forked_from_id")) replay.until = "turn";
  replay.lineMs = parseTime(reading.ts) ?? 0;
  replay.threadMs = uuidTimeMs(reading.state.plain.threadId) ?? parseTime(stringAt(meta, "timestamp") ?? "") ?? replay.lineMs;
}

/** Another thread's session_meta stands right behind the own one: its history follows. */
export function beginReplay({ state }: RecordReading): void {
  const { replay } = state.plain;
  if (replay.until === "") replay.until = "turn";
}

/**
 * Whether a record belongs to a copied history and is to be skipped; its token totals are the baseline of the own ones.
 * The copy ends with the ordinal that session_meta names, else with the first turn that is not older than the thread (turn ids
 * are UUIDv7); without such ids with what is written clearly later.
 */
export function isReplayed(reading: RecordReading): boolean {
  const { replay } = reading.state.plain;
  if (replay.until === "") return false;
  if (endsReplay(reading)) {
    const { skipped } = replay;
    replay.until = "";
    if (skipped > 0) reading.status("history_copied", { records: skipped }, "copied");
    return false;
  }
  replay.skipped += 1;
  noteTotals(reading);
  return true;
}

function endsReplay({ record, payload, type, ts, state }: RecordReading): boolean {
  const { replay } = state.plain;
  if (replay.until === "ordinal") return record.ordinal === undefined ? isLater(ts, replay.lineMs) : record.ordinal >= replay.ordinal;
  const beginsTurn = record.type === "turn_context" || type === "task_started" || type === "turn_started";
  const turnMs = beginsTurn ? uuidTimeMs(stringAt(payload, "turn_id")) : undefined;
  if (turnMs !== undefined) return turnMs >= replay.threadMs;
  return record.type !== "session_meta" && isLater(ts, replay.lineMs);
}

function isLater(ts: string, lineMs: number): boolean {
  const ms = parseTime(ts);
  return ms !== undefined && ms - lineMs > replayMs;
}
