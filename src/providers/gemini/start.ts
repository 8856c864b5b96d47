import { type JsonObject, objectAt, stringAt } from "../json.js";
import type { ParsedEvent } from "../provider.js";
import { originKey } from "./message-key.js";
import { type Output, Reading } from "./output.js";
import { forgetSession, type PlainState } from "./state.js";

/** How many events wait for the working folder of their session, or for its header, and how long they may be as JSON. */
const maxHeld = 64;
const maxHeldChars = 256 * 1024;

/**
 * The id by which a conversation is known. Those of `a2a-server` all have that literal id (0.5x), several in one file: their start tells
 * them apart.
 * @returns undefined where the header names none.
 */
export function sessionKey(header: JsonObject): string | undefined {
  const id = stringAt(header, "sessionId");
  if (!id) return undefined;
  return id === "a2a-server" ? `${id}@${stringAt(header, "startTime") ?? ""}` : id;
}

/**
 * Takes note of a header. A new session begins with session_started, as soon as its folder is known; the same id again is the same
 * session (a resume within the minute writes a second header, 0.61.0).
 * @param stated Folder that the conversation itself names, "" for none; what lies beside it counts before that.
 */
export function beginSession(reading: Reading, header: JsonObject, { stated, model }: { stated: string; model?: string | undefined }): void {
  const { out, state } = reading;
  const { plain } = state;
  const key = sessionKey(header);
  if (plain.role !== "main") {
    plain.folder ||= stated;
    return;
  }
  if (key === undefined || key === plain.session) return;
  if (plain.session !== "") {
    releaseStart(out);
    forgetSession(state);
  }
  const held = plain.pending?.held ?? [];
  plain.primary ||= key;
  plain.session = key;
  plain.isFlatAgent = plain.isFlatAgent || stringAt(header, "kind") === "subagent";
  plain.folder ||= stated;
  plain.folderSaid = false;
  plain.pending = { event: startEvent(reading, { resumed: false, model: model ?? null }), held };
  if (plain.folder) releaseStart(out);
}

function startEvent({ state: { plain }, ts, offsetBytes }: Reading, { resumed, model }: { resumed: boolean; model: string | null }): ParsedEvent {
  return {
    origin: `${originKey(plain.session)}/start`,
    kind: { type: "session_started", command: "gemini", model, cwd: plain.folder || null, resumed, backfilled: false },
    offsetBytes,
    ...(ts ? { ts } : {}),
    ...(plain.session === plain.primary ? {} : { nativeSessionId: plain.session }),
  };
}

/** The folder became known: says the session_started that waits for it, or a status where it was said without. */
export function noteFolder(reading: Reading, folder: string): void {
  const { plain } = reading.state;
  plain.folder ||= folder;
  if (plain.role !== "main" || !plain.folder || plain.session === "") return;
  if (plain.pending) releaseStart(reading.out);
  else if (!plain.folderSaid) {
    plain.folderSaid = true;
    reading.status("workspace", plain.folder, "workspace", { key: originKey(plain.session) });
  }
}

/** Something of the conversation comes: session_started waits no longer for a folder. Without a header it waits for that. */
export function conversationBegins(reading: Reading): void {
  const { plain } = reading.state;
  if (plain.pending && plain.session !== "") releaseStart(reading.out);
}

/** Keeps what is held back within bounds; to be called between records. */
export function boundHeld(out: Output): void {
  const held = out.state.plain.pending?.held ?? [];
  if (held.length > 0 && (held.length > maxHeld || JSON.stringify(held).length > maxHeldChars)) releaseStart(out);
}

/** Says the session_started that waits, and what was held back. A file without a header has the place of its first event. */
export function releaseStart(out: Output): void {
  const { plain } = out.state;
  const { pending } = plain;
  if (!pending) return;
  const first = pending.held[0];
  const event = pending.event ?? (first && headless(plain, first));
  if (!event) return;
  plain.pending = null;
  plain.folderSaid = plain.folder !== "";
  if (event.kind.type === "session_started") event.kind.cwd = plain.folder || null;
  out.push(event);
  for (const held of pending.held) out.push(held);
}

function headless(plain: PlainState, first: ParsedEvent): ParsedEvent {
  const [key = ""] = first.origin.split("/");
  const kind: ParsedEvent["kind"] = { type: "session_started", command: "gemini", model: null, cwd: plain.folder || null, resumed: false, backfilled: false };
  return { origin: `${key}/start`, kind, offsetBytes: first.offsetBytes, ...(first.ts === undefined ? {} : { ts: first.ts }) };
}

/** The journal goes on (`$set.sessionId`, 0.61.0: always the first line of a resume). It has no time: that of the next record is nearer than the one before. */
export function resumeSession(reading: Reading): void {
  const { plain } = reading.state;
  conversationBegins(reading);
  if (plain.role === "main") plain.resumed = { key: reading.key, offsetBytes: reading.offsetBytes };
}

/** Says the resume that waits. @param next The record behind it; undefined where none has come. */
export function sayResumed(out: Output, next: JsonObject | undefined): void {
  const { plain } = out.state;
  const { resumed } = plain;
  if (!resumed) return;
  plain.resumed = null;
  const timestamp = stringAt(next, "timestamp") ?? stringAt(objectAt(next, "$set"), "lastUpdated") ?? stringAt(next, "startTime");
  const kind = { type: "session_started", command: "gemini", model: plain.model || null, cwd: plain.folder || null, resumed: true, backfilled: false } as const;
  new Reading(out, { timestamp }, resumed).say(kind, "start");
}
