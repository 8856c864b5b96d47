import { boundedText } from "../bounded-text.js";
import { objectAt, stringAt } from "../json.js";
import type { ParsedEvent } from "../provider.js";
import type { Output, RecordReading } from "./output.js";
import { maxPathChars, type PlainState } from "./state.js";

/** How long the events at the head of a file wait for the model (`session.model_change` follows `session.start`) and a folder. */
const maxHeldRecords = 16;
const maxHeldChars = 256 * 1024;

/** The folder that a record names: `context.cwd` of start and resume, `cwd` of `session.context_changed`, or the folder that was trusted (2025). */
export function namedFolder({ type, data }: { type: string; data: RecordReading["data"] }): string {
  if (type === "session.start" || type === "session.resume") return stringAt(objectAt(data, "context"), "cwd") ?? "";
  if (type === "session.context_changed") return stringAt(data, "cwd") ?? "";
  if (type !== "session.info" || stringAt(data, "infoType") !== "folder_trust") return "";
  return /^Folder (.+) has been added to trusted folders/.exec(stringAt(data, "message") ?? "")?.[1] ?? "";
}

/**
 * Takes note of a record for session_started, and says it with what was held back when folder and model are known, or the
 * conversation begins. A folder that is named later is provider_status `workspace`.
 */
export function considerStart(reading: RecordReading, lineChars: number): void {
  const { plain } = reading.state;
  const { start } = plain;
  const isMain = !reading.agentId;
  const opens = isMain && (reading.type === "session.start" || reading.type === "session.resume");
  if (start.said) return isMain ? noteFolder(reading) : undefined;
  if (start.heldRecords === 0) {
    start.firstKey = reading.key;
    start.firstOffsetBytes = reading.offsetBytes;
  }
  start.firstTs ||= plain.ts;
  start.heldRecords += 1;
  start.heldChars += lineChars;
  const goesOn = start.openKey !== "" && reading.type === "session.resume";
  if (opens && start.openKey === "") {
    start.openKey = reading.key;
    start.resumed = reading.type === "session.resume";
  }
  if (isMain) plain.cwd = boundedText(namedFolder(reading), maxPathChars) || plain.cwd;
  const isReady = start.openKey !== "" && plain.cwd !== "" && plain.model !== "";
  const isFull = start.heldRecords >= maxHeldRecords || start.heldChars > maxHeldChars;
  if (isReady || isFull || goesOn || /^(?:user|assistant|tool|subagent)\.|^abort$|^session\.shutdown$/.test(reading.type)) releaseStart(reading.out);
}

/** A session that moved, or whose folder was not known at its start. Trust in another folder moves nothing. */
function noteFolder(reading: RecordReading): void {
  const { plain } = reading.state;
  const cwd = boundedText(namedFolder(reading), maxPathChars);
  if (!cwd || cwd === plain.cwd || (plain.cwd && reading.type === "session.info")) return;
  plain.cwd = cwd;
  if (reading.type !== "session.resume") reading.status("workspace", cwd, { part: "workspace" });
}

/** Says session_started and what was held back. */
export function releaseStart(out: Output): void {
  const { plain } = out.state;
  const { start } = plain;
  start.said = true;
  const held = start.held;
  start.held = [];
  out.push(startEvent(plain));
  for (const event of held) out.push(event);
  if (!start.firstTs) return;
  for (const event of out.events) event.ts ??= start.firstTs;
}

function startEvent({ start, model, cwd }: PlainState): ParsedEvent {
  return {
    origin: `${start.firstKey}/start`,
    kind: { type: "session_started", command: "copilot", model: model || null, cwd: cwd || null, resumed: start.resumed, backfilled: false },
    offsetBytes: start.firstOffsetBytes,
  };
}

/** Says that the session goes on in the same file, with the model and folder of the resume. Where a file begins with it, `releaseStart` says it. */
export function sayResumed(reading: RecordReading): void {
  const { model, cwd, start } = reading.state.plain;
  if (start.openKey === reading.key) return;
  reading.say(
    { type: "session_started", command: "copilot", model: model || null, cwd: cwd || null, resumed: true, backfilled: false },
    { part: "start" },
  );
}
