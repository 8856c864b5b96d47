import { parseTime } from "../../schema/time.js";
import { isObject, jsonValue, stringAt } from "../json.js";
import type { SideContent, SideFact, SideFile } from "../provider.js";
import { shortHash } from "../record-key.js";

/** A `/clear` that was typed in a session. */
export interface Clear {
  /** Session that it ended; "" where that cannot be told. */
  sessionId: string;
  ms: number;
  /** When the session that followed was ended, where that was logged under the id of the one before. */
  nextEnd?: string;
}

interface Command {
  name: "clear" | "quit";
  sessionId: string;
  ts: string;
  ms: number;
  /** The session named is the one that ran: not one that followed it after a `/clear`. */
  isOwn: boolean;
  /** Sessions that appear in the log for the first time behind it, nearest first. */
  later: string[];
  /** Of a `/clear`: time of the next command under the same id that was not that session's own. */
  nextEnd?: string;
}

const words = new Map<string, Command["name"]>([["/clear", "clear"], ["/new", "clear"], ["/quit", "quit"], ["/exit", "quit"]]);

/** How many clears a state keeps, and to how many later sessions one may lead. */
const maxClears = 50;
const maxLater = 20;

/** A new session begins within this time of the `/clear` that led to it (30 ms in 0.61.0). */
const beforeMs = 1000;
const afterMs = 10_000;

interface Entry {
  sessionId: string;
  ts: string;
  ms: number;
  command: Command["name"] | undefined;
}

/** Entries of `logs.json`; undefined where it is not whole. */
function readEntries(text: string): Entry[] | undefined {
  const list = jsonValue(text);
  if (!Array.isArray(list)) return undefined;
  return list.flatMap((entry: unknown) => {
    const sessionId = isObject(entry) ? stringAt(entry, "sessionId") : undefined;
    const ts = isObject(entry) ? (stringAt(entry, "timestamp") ?? "") : "";
    const ms = parseTime(ts);
    if (!isObject(entry) || !sessionId || ms === undefined) return [];
    const [word = ""] = (stringAt(entry, "message") ?? "").trim().split(/\s/, 1);
    return [{ sessionId, ts, ms, command: words.get(word.toLowerCase()) }];
  });
}

/**
 * The commands that end a session. After a `/clear` 0.61.0 goes on to log under the id of the session before it, until the process
 * ends: those entries are not that session's own. Where a new id appears first after a `/clear` (earlier versions), they are.
 */
function readCommands(entries: readonly Entry[]): Command[] {
  const commands: Command[] = [];
  const seen = new Set<string>();
  const cleared = new Map<string, Command>();
  for (const { sessionId, ts, ms, command } of entries) {
    if (!seen.has(sessionId)) {
      seen.add(sessionId);
      cleared.clear();
      for (const earlier of commands) if (earlier.name === "clear" && earlier.later.length < maxLater) earlier.later.push(sessionId);
    }
    if (!command) continue;
    const clear = cleared.get(sessionId);
    if (clear) clear.nextEnd = ts;
    const read: Command = { name: command, sessionId, ts, ms, isOwn: clear === undefined, later: [] };
    commands.push(read);
    if (command === "clear") cleared.set(sessionId, read);
    else cleared.delete(sessionId);
  }
  return commands;
}

/** The `/clear` commands of a project's `logs.json`, the newest 50, oldest first; none where it is missing or not whole. */
export function readClears(text: string | undefined): Clear[] {
  const commands = text === undefined ? [] : readCommands(readEntries(text) ?? []);
  const clears = commands.filter(({ name }) => name === "clear");
  return clears.slice(-maxClears).map(({ sessionId, ms, isOwn, nextEnd }) => ({
    sessionId: isOwn ? sessionId : "",
    ms,
    ...(nextEnd === undefined ? {} : { nextEnd }),
  }));
}

/** The `/clear` that led to a session which began at `startMs`: the last one within reach. */
export function clearBefore(clears: readonly Clear[], session: { sessionId: string; startMs: number }): Clear | undefined {
  return clears.findLast(({ sessionId, ms }) => sessionId !== session.sessionId && session.startMs >= ms - beforeMs && session.startMs <= ms + afterMs);
}

/** Origin of the session_cleared of a session, whoever says it: one session has one predecessor. */
export function clearedOrigin(newSessionId: string): string {
  return `cleared:${shortHash(newSessionId)}/0`;
}

/**
 * Ends of sessions out of `tmp/<project>/logs.json` (seen in 0.39 to 0.61): `/quit`, `/exit`, `/clear`, `/new`; and for a session that appears
 * there after a `/clear` which session was before it. The prompts in it stand in the chats.
 */
export function parseCommandLog(_file: SideFile, content: SideContent): SideFact[] | undefined {
  const entries = "text" in content ? readEntries(content.text) : undefined;
  return entries && readCommands(entries).filter(({ isOwn }) => isOwn).flatMap((command) => [endOf(command), ...successorsOf(command)]);
}

/** Origin of the end of a session at a time. */
export function endedOrigin(sessionId: string, ts: string): string {
  return `ended:${shortHash(`${sessionId}\n${ts}`)}/0`;
}

function endOf({ sessionId, ts }: Command): SideFact {
  return {
    nativeSessionId: sessionId,
    origin: endedOrigin(sessionId, ts),
    kind: { type: "session_ended", success: true, error: null },
    ts,
  };
}

function successorsOf({ sessionId, ts, ms, later }: Command): SideFact[] {
  return later.map((next) => ({
    nativeSessionId: next,
    origin: clearedOrigin(next),
    kind: { type: "session_cleared", old_session_id: sessionId, new_session_id: next },
    ts,
    startedBetweenMs: [ms - beforeMs, ms + afterMs],
  }));
}
