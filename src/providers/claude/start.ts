import { boundedText } from "../bounded-text.js";
import { objectAt, stringAt } from "../json.js";
import type { ParsedEvent } from "../provider.js";
import type { Output, RecordReading } from "./output.js";
import type { PlainState } from "./state.js";

/** How long the events at the head of a file wait for a record with a working folder. */
const maxHeldRecords = 64;
const maxHeldChars = 256 * 1024;

/**
 * Takes note of a record for session_started, and says it with what was held back as soon as the working folder and a time are known.
 * A sub-agent's file has no session_started: its head only waits for a first time. A workflow journal waits for nothing.
 */
export function considerStart(reading: RecordReading, lineChars: number): void {
  const { state, record, out } = reading;
  const { start, role } = state.plain;
  const cwd = stringAt(record, "cwd") ?? "";
  if (start.said) {
    if (cwd) sayLateFolder(reading, cwd);
    return;
  }
  if (start.heldRecords === 0) {
    start.firstKey = reading.key;
    start.firstOffsetBytes = reading.offsetBytes;
  }
  start.firstTs ||= state.plain.ts;
  start.heldRecords += 1;
  start.heldChars += lineChars;
  noteChain(reading);
  const isReady = state.plain.ts !== "" && (role !== "main" || cwd !== "");
  const isFull = start.heldRecords >= maxHeldRecords || start.heldChars > maxHeldChars;
  if (isReady || isFull || role === "journal") releaseStart(out, cwd);
}

/** Whether the first record of the parent chain hangs on a record that is not in this file. */
function noteChain({ state, record }: RecordReading): void {
  const { start } = state.plain;
  if (start.chainSeen || !("parentUuid" in record) || stringAt(record, "uuid") === undefined) return;
  start.chainSeen = true;
  const parent = stringAt(record, "parentUuid");
  start.resumed = parent !== undefined && !state.records.has(parent);
}

/** The folder of a session whose start was said before it was known. */
function sayLateFolder(reading: RecordReading, cwd: string): void {
  const { start, role } = reading.state.plain;
  if (start.cwdSaid || role !== "main") return;
  start.cwdSaid = true;
  reading.say({ type: "provider_status", message: "workspace", data: cwd }, { part: "workspace" });
}

/** Says session_started (of a main file) and what was held back. @param cwd "" where it is not known. */
export function releaseStart(out: Output, cwd: string): void {
  const { plain } = out.state;
  const { start } = plain;
  start.said = true;
  start.cwdSaid = cwd !== "";
  const held = start.held;
  start.held = [];
  if (plain.role === "main") out.push(startEvent(plain, cwd));
  for (const event of held) out.push(event);
  if (!start.firstTs) return;
  for (const event of out.events) event.ts ??= start.firstTs;
}

function startEvent(plain: PlainState, cwd: string): ParsedEvent {
  return {
    origin: `${plain.start.firstKey}/start`,
    kind: {
      type: "session_started",
      command: "claude",
      model: plain.model || null,
      cwd: cwd || null,
      resumed: plain.start.resumed,
      backfilled: false,
    },
    offsetBytes: plain.start.firstOffsetBytes,
  };
}

/** Remembers the model that the session runs with, from an assistant record or a `model` attachment (2.1.330). */
export function noteModel({ record, state }: RecordReading): void {
  const attachment = objectAt(record, "attachment");
  const named = stringAt(objectAt(record, "message"), "model") ?? stringAt(objectAt(attachment, "identity"), "modelId");
  if (named !== undefined && named !== "" && named !== "<synthetic>") state.plain.model = boundedText(named, 200);
}
