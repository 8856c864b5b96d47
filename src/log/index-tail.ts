import { z } from "zod";
import { readAt } from "../io/byte-source.js";
import { SessionLogIndexEntry } from "../schema/index-files.js";
import { parseJson } from "../schema/parse-json.js";
import type { NewEnd, OldFile } from "./twin-file.js";

/* Lines of index.json as JSON.stringify(…, null, 2) writes it; no text in it holds a newline. */
const beforeEntry = "\n    {\n";
const betweenEntries = ",\n    ";
const closing = "\n  ]\n}";

/** So many bytes of the end are looked at first: about 60 sessions. */
const lastBytes = 32_768;
/** In more than that the whole index is as soon read. */
const mostBytes = 1 << 20;

export interface OneSession {
  sessionId: string;
  /** The id was just made up: no index has it. */
  isFresh?: boolean;
}

/**
 * Changes one session's entry in an index that is known to be as `JSON.stringify(…, null, 2)` wrote it, from that entry on; one that has none
 * gets it at the end.
 * @param change Given some of the entries, the session's among them where it has one; may change that one alone.
 * @returns Undefined where that cannot be done without the whole index.
 */
export function changeTail(
  file: OldFile,
  change: (entries: Map<string, SessionLogIndexEntry>) => void,
  { sessionId, isFresh = false }: OneSession,
): NewEnd | "same" | undefined {
  const last = tailFrom(file, Math.max(0, file.sizeBytes - lastBytes));
  const entries = last && entriesOf(last.text);
  if (!last || !entries) return undefined;
  if (isFresh || entries.has(sessionId)) return changed(last, entries, change);
  const at = placeOf(file, sessionId);
  if (at === undefined) return changed(last, entries, change);
  const tail = file.sizeBytes - at > mostBytes ? undefined : tailFrom(file, at);
  const more = tail && entriesOf(tail.text);
  return tail && more?.has(sessionId) ? changed(tail, more, change) : undefined;
}

interface Tail {
  /** Where its first entry begins. */
  fromByte: number;
  /** From there to the end of the file. */
  text: Buffer;
}

/** What begins with the first entry that begins after that byte. */
function tailFrom({ fd, sizeBytes }: OldFile, byte: number): Tail | undefined {
  const bytes = readAt(fd, byte, sizeBytes - byte);
  const at = bytes.indexOf(beforeEntry);
  if (at < 0) return undefined;
  const start = at + beforeEntry.indexOf("{");
  return { fromByte: byte + start, text: bytes.subarray(start) };
}

/** Start of the line before a session's entry; undefined where it has none. */
function placeOf({ fd, sizeBytes }: OldFile, sessionId: string): number | undefined {
  const bytes = readAt(fd, 0, sizeBytes);
  const at = bytes.indexOf(`"wrapper_session_id": ${JSON.stringify(sessionId)}`);
  return at < 0 ? undefined : bytes.lastIndexOf(beforeEntry, at);
}

function entriesOf(text: Buffer): Map<string, SessionLogIndexEntry> | undefined {
  const whole = text.toString("utf8");
  if (!whole.endsWith(closing)) return undefined;
  const parsed = z.array(SessionLogIndexEntry).safeParse(parseJson(`[${whole.slice(0, -closing.length)}]`));
  return parsed.success ? new Map(parsed.data.map((entry) => [entry.wrapper_session_id, entry])) : undefined;
}

function changed({ fromByte, text }: Tail, entries: Map<string, SessionLogIndexEntry>, change: (entries: Map<string, SessionLogIndexEntry>) => void): NewEnd | "same" {
  change(entries);
  const lines = [...entries.values()].map((entry) => JSON.stringify(entry, null, 2).replaceAll("\n", "\n    "));
  const now = Buffer.from(`${lines.join(betweenEntries)}${closing}`);
  const same = sameStart(text, now);
  return same === text.length && same === now.length ? "same" : { fromByte: fromByte + same, end: now.subarray(same) };
}

/** How many bytes both begin with. */
function sameStart(a: Buffer, b: Buffer): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at < most && a[at] === b[at]) at += 1;
  return at;
}
