import type { ToolKind } from "../../schema/tool-kind.js";
import { BoundedMap } from "../bounded-map.js";
import type { JsonObject } from "../json.js";
import type { NativeFile, ParsedEvent } from "../provider.js";

/** Where a record stands, for events that are said later than it is read. */
export interface RecordPlace {
  key: string;
  ts: string;
  offsetBytes: number;
}

/** A tool call, and whether its result was said. */
export interface Call {
  name: string;
  kind: ToolKind;
  /** What it asks for, in short; "" once it is answered. */
  asked: string;
  /** Key of the record that said it. */
  key: string;
  /** "" while it is open; else what gave its result. */
  answeredBy: "" | "output" | "item" | "abort";
  /** What an `exec_command_end` told before the output came. */
  exitCode?: number;
  durationMs?: number;
  /** Its output told that the command goes on in the background. */
  isRunning?: boolean;
  /** The turn was aborted while it was open. */
  isAborted?: boolean;
  /** Another turn began while it was open: its process was killed. */
  isLeft?: boolean;
  /** An ended item without any output said that it failed; the output item tells why. */
  failure?: JsonObject;
  /** That it was not let run was said. */
  isDenied?: boolean;
}

/** The carriers of a prompt: a response item, a `user_message` event, a `UserMessage` item, a message between agents. */
export type PromptForm = "item" | "event" | "completed" | "message";

/** A response item of the user that may be a prompt, or injected text: the records after it tell. */
export interface HeldPrompt extends RecordPlace {
  text: string;
  prints: string[];
  messageId: string;
  /** Its metadata says that a person typed it (0.15x and later). */
  isTyped: boolean;
  /** The event that would tell may have stood in a line that could not be read. */
  mayBeAlone: boolean;
  /** Records that came after it. */
  age: number;
}

/** So many records after a damaged one the damage may have to do with them: the carriers of a prompt stand side by side. */
export const damageReach = 2;

/** A prompt that was said, and the carriers that it was met in. */
export interface SpokenPrompt {
  prints: string[];
  forms: PromptForm[];
  /** Records that came after it. */
  age: number;
}

/** Text of a thought that only an event has told so far. */
export interface PendingThought extends RecordPlace {
  text: string;
}

/** Token counts as Codex has them: `input` includes `cached` and `written`, `output` includes the reasoning. */
export interface TokenTotals {
  input: number;
  cached: number;
  written: number;
  output: number;
}

/** What the rate limits of a `token_count` say of a window that is used up. */
export interface ReachedWindow {
  scope: "session" | "weekly" | "global";
  /** RFC 3339 in UTC, "" where not told. */
  resetAt: string;
}

export interface StartState {
  said: boolean;
  /** Key and place of the first readable record, "" before. */
  first: RecordPlace;
  /** Folder that the session began in, "" before it is known. */
  cwd: string;
  parentSessionId: string;
  /** The file goes on with a thread that began in another one. */
  continued: boolean;
  held: ParsedEvent[];
  heldRecords: number;
  heldChars: number;
}

export interface ReplayState {
  /** What ends the copy of the parent's history: an ordinal, a turn of the own thread; "" where nothing is skipped. */
  until: "" | "ordinal" | "turn";
  /** First ordinal of the own history. */
  ordinal: number;
  /** Time of the own thread (milliseconds), and of its first line. */
  threadMs: number;
  lineMs: number;
  skipped: number;
}

/** Small fields of the state; what may grow is in `tables`, each bounded by `tableLimits`. */
export interface PlainState {
  /** Own thread id, "" before the first session_meta. */
  threadId: string;
  /** `/root/…` of a sub-agent, "" of others. */
  agentPath: string;
  isExec: boolean;
  isBare: boolean;
  isDocument: boolean;
  offsetBytes: number;
  /** Time of the last record that had one, "" before. */
  ts: string;
  model: string;
  cwd: string;
  /** IANA name of the user's time zone, "" where not told. */
  timeZone: string;
  /** Something of a conversation was read. */
  conversed: boolean;
  /** The thread's own history has begun: a turn, a prompt or an answer. */
  began: boolean;
  /** What the model did was read. */
  modelSpoke: boolean;
  /** Settings of the turn, as they were last said. */
  settings: string;
  /** By limit, a print of its rate limits as they were last said. */
  rateLimits: { [limitId: string]: string };
  start: StartState;
  replay: ReplayState;
  prompts: {
    held: HeldPrompt[];
    spoken: SpokenPrompt[];
    /** An event told a prompt. */
    sawEvent: boolean;
    /** The file has events of any kind. */
    hasEvents: boolean;
    /** Records since one that could not be read. */
    sinceDamage: number;
  };
  thoughts: { pending: PendingThought[]; said: string[] };
  totals: TokenTotals | null;
  limit: {
    reached: ReachedWindow | null;
    /** A reached limit that was noted and is said with the error of the turn, or at its end. */
    pending: (RecordPlace & { raw: string }) | null;
    /** Said in this turn. */
    said: boolean;
  };
  /** A `turn_aborted` whose open calls may still get their output. */
  aborted: (RecordPlace & { reason: string; age: number }) | null;
}

/** How many entries each table keeps; past that the oldest goes. */
export const tableLimits = {
  /** Hash of a line → how often it came. */
  lines: 4096,
  /** tool_id → call. */
  calls: 1000,
  /** Hash of a title → how often it was given. */
  titles: 64,
} as const;

type TableEntries<V> = [string, V][];

/** Where reading one rollout stands. Plain JSON of bounded size: see `tableLimits`, and the limits in `start.ts`, `prompt.ts` and `reasoning.ts`. */
export interface CodexState {
  plain: PlainState;
  tables: { lines: TableEntries<number>; calls: TableEntries<Call>; titles: TableEntries<number> };
}

/** The state while a chunk is read. */
export interface Working {
  plain: PlainState;
  lines: BoundedMap<number>;
  calls: BoundedMap<Call>;
  titles: BoundedMap<number>;
}

/** A rollout of `<thread>_<suffix>` goes on with a thread of another file. */
const continuedName = /[0-9a-f]{12}_[^/\\]+\.jsonl(?:\.zst)?$/i;

/** State at offset 0 of `file`. */
export function startState(file: NativeFile): CodexState {
  const start: StartState = {
    said: false,
    first: { key: "", ts: "", offsetBytes: 0 },
    cwd: "",
    parentSessionId: "",
    continued: continuedName.test(file.path),
    held: [],
    heldRecords: 0,
    heldChars: 0,
  };
  const plain: PlainState = {
    threadId: "",
    agentPath: "",
    isExec: false,
    isBare: false,
    isDocument: file.format === "document",
    offsetBytes: 0,
    ts: "",
    model: "",
    cwd: "",
    timeZone: "",
    conversed: false,
    began: false,
    modelSpoke: false,
    settings: "",
    rateLimits: {},
    start,
    replay: { until: "", ordinal: 0, threadMs: 0, lineMs: 0, skipped: 0 },
    prompts: { held: [], spoken: [], sawEvent: false, hasEvents: false, sinceDamage: damageReach + 1 },
    thoughts: { pending: [], said: [] },
    totals: null,
    limit: { reached: null, pending: null, said: false },
    aborted: null,
  };
  return { plain, tables: { lines: [], calls: [], titles: [] } };
}

/** A copy of the state to work on. */
export function thaw(state: CodexState): Working {
  const { plain, tables } = structuredClone(state);
  return {
    plain,
    lines: new BoundedMap(tables.lines, tableLimits.lines),
    calls: new BoundedMap(tables.calls, tableLimits.calls),
    titles: new BoundedMap(tables.titles, tableLimits.titles),
  };
}

/** The state as it lies in a checkpoint. */
export function freeze({ plain, lines, calls, titles }: Working): CodexState {
  return { plain, tables: { lines: lines.entries(), calls: calls.entries(), titles: titles.entries() } };
}
