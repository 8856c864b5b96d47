import { CoreError } from "../errors.js";
import { serializeEvent, type AgentLogEvent, type EventDraft, type EventHead } from "../schema/event.js";
import { formatTime, writtenTime } from "../schema/time.js";
import { boundStrings, longestStringBytes, unitsBelowLimit } from "./bound-strings.js";
import { wellFormed } from "./well-formed.js";

/** Longest line of a log, in bytes without its newline. */
export const longestLineBytes = 4 * 1024 * 1024;

const newline = 10;

/** What all lines of one append have in common. */
export type LineIdentity = Pick<EventHead, "provider" | "wrapper_session_id" | "provider_session_id" | "completeness">;

/**
 * The event that a draft becomes. Its time, of whatever RFC 3339 form, is written in ours.
 * @param place.nowMs The time where the draft has none, or one that cannot be read.
 */
export function toEvent(draft: EventDraft, identity: LineIdentity, place: { seq: number; nowMs: number }): AgentLogEvent {
  const ownTime = draft.ts === undefined ? undefined : writtenTime(draft.ts);
  return {
    seq: place.seq,
    ts: ownTime ?? formatTime(place.nowMs),
    provider: identity.provider,
    wrapper_session_id: identity.wrapper_session_id,
    provider_session_id: identity.provider_session_id,
    source_kind: draft.sourceKind,
    completeness: identity.completeness,
    ...draft.kind,
    ...draft.extras,
  };
}

/**
 * The event's line, without the newline, with strings over 1 MiB cut and halves of surrogate pairs replaced; and the event as that line says it.
 * A provider's record whose line is longer than 4 MiB all the same is shortened further: nobody is there to do it, and the rest of its file must not wait.
 * @throws {CoreError} `EVENT_TOO_LARGE` where any other's is.
 */
export function toLine(event: AgentLogEvent): { event: AgentLogEvent; line: string } {
  const whole = serializeEvent(event);
  const legible = wellFormed(event, whole);
  const logged = whole.length <= unitsBelowLimit ? legible : boundStrings(legible);
  const line = logged === event ? whole : serializeEvent(logged);
  if (line.length <= unitsBelowLimit) return { event: logged, line };
  const lengthBytes = Buffer.byteLength(line);
  if (lengthBytes <= longestLineBytes) return { event: logged, line };
  if (logged.origin !== undefined) return shortened(logged);
  throw new CoreError(
    "EVENT_TOO_LARGE",
    `Cannot log event of type ${event.type}: its line has ${lengthBytes} bytes, at most ${longestLineBytes} are allowed. Shorten it, or split it into several events.`,
  );
}

/** The event with its data as JSON text, and all strings cut to half as long until it fits. A control character takes six bytes of a line. */
function shortened(event: AgentLogEvent): { event: AgentLogEvent; line: string } {
  const isData = (name: string, value: unknown): boolean => (name === "input" || name === "data") && typeof value === "object" && value !== null;
  const fields = Object.entries(event).map(([name, value]) => [name, isData(name, value) ? JSON.stringify(value) : value]);
  const flat = Object.fromEntries(fields) as AgentLogEvent;
  for (let maxBytes = longestStringBytes; ; maxBytes /= 2) {
    const shorter = boundStrings(flat, maxBytes);
    const line = serializeEvent(shorter);
    if (Buffer.byteLength(line) <= longestLineBytes) return { event: shorter, line };
  }
}

/**
 * The bytes of lines, each closed by a newline, and where in them each line begins. Written line by line: one joined string of all
 * would be copied twice more. Room is made for the most that they may fill, which is cheaper than to count; what is not written to costs no memory.
 */
export function encodeLines(lines: readonly string[]): { text: Buffer; starts: number[] } {
  const bytes = Buffer.allocUnsafe(lines.reduce((sum, line) => sum + line.length * 3 + 1, 0));
  const starts: number[] = [];
  let at = 0;
  for (const line of lines) {
    starts.push(at);
    at = bytes.writeUInt8(newline, at + bytes.write(line, at));
  }
  return { text: bytes.subarray(0, at), starts };
}
