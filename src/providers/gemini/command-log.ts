import { parseTime } from "../../schema/time.js";
import { isObject, jsonValue, stringAt } from "../json.js";
import type { SideContent, SideFact, SideFile } from "../provider.js";
import { shortHash } from "../record-key.js";

interface Command {
  name: "clear" | "quit";
  sessionId: string;
  ts: string;
  ms: number;
  /** The `/clear` that led to the session that ran, where that is logged under the id of the one before; undefined where the id is its own. */
  after: Command | undefined;
}

const words = new Map<string, Command["name"]>([["/clear", "clear"], ["/new", "clear"], ["/quit", "quit"], ["/exit", "quit"]]);

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
    }
    if (!command) continue;
    const read: Command = { name: command, sessionId, ts, ms, after: cleared.get(sessionId) };
    commands.push(read);
    if (command === "clear") cleared.set(sessionId, read);
    else cleared.delete(sessionId);
  }
  return commands;
}

/**
 * Ends of sessions out of `tmp/<project>/logs.json` (seen in 0.39 to 0.61): `/quit`, `/exit`, `/clear`, `/new`; and for the session that began
 * just after a `/clear` which session was before it. The prompts in it stand in the chats.
 */
export function parseCommandLog(_file: SideFile, content: SideContent): SideFact[] | undefined {
  const entries = "text" in content ? readEntries(content.text) : undefined;
  return entries && readCommands(entries).flatMap((command) => (command.name === "clear" ? [endOf(command), successorOf(command)] : [endOf(command)]));
}

function endOf({ sessionId, ts, after }: Command): SideFact {
  const end: Omit<SideFact, "nativeSessionId"> = { origin: `ended:${shortHash(`${sessionId}\n${ts}`)}/0`, kind: { type: "session_ended", success: true, error: null }, ts };
  return after ? { ...end, nativeSessionId: "", startedBetweenMs: startAfter(after) } : { ...end, nativeSessionId: sessionId };
}

function successorOf(clear: Command): SideFact {
  const { sessionId, ts, after } = clear;
  return {
    nativeSessionId: "",
    origin: `cleared:${shortHash(`${sessionId}\n${ts}`)}/0`,
    kind: { type: "session_cleared", old_session_id: after ? null : sessionId, new_session_id: null },
    ts,
    startedBetweenMs: startAfter(clear),
  };
}

function startAfter({ ms }: Command): readonly [number, number] {
  return [ms - beforeMs, ms + afterMs];
}
