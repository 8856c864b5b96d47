import { BoundedMap } from "../bounded-map.js";
import type { Companions, NativeFile, ParsedEvent } from "../provider.js";
import { projectFolder } from "./folder.js";

/** A tool call, for its result. */
export interface KnownCall {
  /** Key of the message that made it: the result's origin, too. */
  owner: string;
  name: string;
}

/** A session_started that waits for the working folder, with what came behind it. */
export interface PendingStart {
  event: ParsedEvent | null;
  held: ParsedEvent[];
}

/** Small fields of the state; what may grow is in `tables`, each bounded by `tableLimits`. */
export interface PlainState {
  role: NativeFile["role"];
  agentId: string;
  isDocument: boolean;
  offsetBytes: number;
  /** Time of the last record that had one, "" before. */
  ts: string;
  /** The working folder, "" while unknown. */
  folder: string;
  /** Whether a session_started, or a status after it, told the folder. */
  folderSaid: boolean;
  /** Key of the first session of the file, "" before its header; events of another one name theirs. */
  primary: string;
  /** Key of the session whose records are being read. */
  session: string;
  /** `kind` of the header: a sub-agent's session that lies among the others (0.31 to 0.36). */
  isFlatAgent: boolean;
  pending: PendingStart | null;
  /** A resume that was read and waits for the time of the next record: its own line has none. */
  resumed: { key: string; offsetBytes: number } | null;
  /** Last model seen, "" before. */
  model: string;
  conversed: boolean;
  /** A tool call was read. */
  called: boolean;
  /** The last message of the conversation was a reply; how many replies came right after another. */
  replied: boolean;
  repliesInRow: number;
}

/** How many entries each table keeps; past that the oldest goes. */
export const tableLimits = {
  /** Hash of a record without id → how often it came. */
  lines: 1024,
  /** Origins that were said. */
  said: 1000,
  /** Call id → call. */
  calls: 500,
  /** Ids of the messages that stand in the conversation. */
  history: 1000,
} as const;

export interface Tables {
  lines: [string, number][];
  said: [string, number][];
  calls: [string, KnownCall][];
  history: [string, number][];
}

/** Where reading one chat file of Gemini CLI stands. Plain JSON of bounded size: see `tableLimits` and `maxHeld`. */
export interface GeminiState {
  plain: PlainState;
  tables: Tables;
}

/** The state while a chunk is read. */
export interface Working {
  plain: PlainState;
  lines: BoundedMap<number>;
  said: BoundedMap<number>;
  calls: BoundedMap<KnownCall>;
  history: BoundedMap<number>;
}

/** State at offset 0 of `file`. @param companions See `classifyGemini`: where the project lies, and what was typed in it. */
export function startState(file: NativeFile, companions: Companions): GeminiState {
  const plain: PlainState = {
    role: file.role,
    agentId: file.role === "agent" ? (file.agentId ?? "") : "",
    isDocument: file.format === "document",
    offsetBytes: 0,
    ts: "",
    folder: projectFolder(file, companions),
    folderSaid: false,
    primary: "",
    session: "",
    isFlatAgent: false,
    pending: file.role === "main" ? { event: null, held: [] } : null,
    resumed: null,
    model: "",
    conversed: false,
    called: false,
    replied: false,
    repliesInRow: 0,
  };
  return { plain, tables: { lines: [], said: [], calls: [], history: [] } };
}

/** A copy of the state to work on. What the tables hold is replaced, never changed, so that their entries need no copy. */
export function thaw({ plain, tables }: GeminiState): Working {
  return {
    plain: structuredClone(plain),
    lines: new BoundedMap(tables.lines, tableLimits.lines),
    said: new BoundedMap(tables.said, tableLimits.said),
    calls: new BoundedMap(tables.calls, tableLimits.calls),
    history: new BoundedMap(tables.history, tableLimits.history),
  };
}

/** The state as it lies in a checkpoint. */
export function freeze({ plain, lines, said, calls, history }: Working): GeminiState {
  return { plain, tables: { lines: lines.entries(), said: said.entries(), calls: calls.entries(), history: history.entries() } };
}

/** Forgets what belongs to the session read so far: another one begins in the same file. */
export function forgetSession(working: Working): void {
  working.said = new BoundedMap<number>([], tableLimits.said);
  working.calls = new BoundedMap<KnownCall>([], tableLimits.calls);
  working.history = new BoundedMap<number>([], tableLimits.history);
}
