import { parseTime } from "../../schema/time.js";
import { type JsonObject, stringAt } from "../json.js";
import type { ParsedEvent } from "../provider.js";
import { clearBefore, clearedOrigin, endedOrigin } from "./command-log.js";
import { originKey } from "./message-key.js";
import type { Output, Reading } from "./output.js";
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
    sayEnd(out);
    forgetSession(state);
  }
  const held = plain.pending?.held ?? [];
  plain.primary ||= key;
  plain.session = key;
  plain.isFlatAgent = plain.isFlatAgent || stringAt(header, "kind") === "subagent";
  plain.folder ||= stated;
  plain.folderSaid = false;
  plain.pending = { event: startEvent(reading, { resumed: false, model: model ?? null }), held };
  noteClear(reading, key);
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

/** Says session_cleared where a `/clear` in another session of the project led to this one. */
function noteClear(reading: Reading, key: string): void {
  const startMs = parseTime(reading.ts);
  const clear = startMs === undefined ? undefined : clearBefore(reading.state.plain.clears, { sessionId: key, startMs });
  if (!clear) return;
  const [originKeyPart = "", part = ""] = clearedOrigin(key).split("/");
  reading.say({ type: "session_cleared", old_session_id: clear.sessionId || null, new_session_id: key }, part, { key: originKeyPart });
  reading.state.plain.endTs = clear.nextEnd ?? "";
}

/**
 * Says the end of a session that followed a `/clear`, which was logged under the id of the session before, so that only this file's
 * reader knows whose it is. To be called where the session is over, as far as the file goes.
 */
export function sayEnd(out: Output): void {
  const { plain } = out.state;
  const endMs = parseTime(plain.endTs);
  if (endMs === undefined || (parseTime(plain.ts) ?? 0) > endMs) return;
  const event: ParsedEvent = {
    origin: endedOrigin(plain.session, plain.endTs),
    kind: { type: "session_ended", success: true, error: null },
    ts: plain.endTs,
    offsetBytes: plain.lastOffsetBytes,
    ...(plain.session === plain.primary ? {} : { nativeSessionId: plain.session }),
  };
  plain.endTs = "";
  out.push(event);
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

/** The journal goes on (`$set.sessionId`, 0.61.0: always the first line of a resume). */
export function resumeSession(reading: Reading): void {
  const { plain } = reading.state;
  conversationBegins(reading);
  if (plain.role !== "main") return;
  sayEnd(reading.out);
  const kind = { type: "session_started", command: "gemini", model: plain.model || null, cwd: plain.folder || null, resumed: true, backfilled: false } as const;
  reading.say(kind, "start");
}
