import { BoundedMap } from "../bounded-map.js";
import type { Companions, NativeFile, ParsedEvent } from "../provider.js";
import type { ToolKind } from "../../schema/tool-kind.js";
import { jsonObject, stringAt } from "../json.js";

/** A tool call whose result has not come yet. */
export interface OpenCall {
  name: string;
  kind: ToolKind;
  /** What it asks for, in short. */
  asked: string;
  /** Hash of a sub-agent's prompt, by which an inline sub-agent (1.0.x) is found. */
  promptHash?: string;
}

/** What is known of the usage of one API reply, and how much of it was said. */
export interface Reply {
  /** Sub-agent that got the reply, "" for the main agent. */
  thread: string;
  parentToolId: string;
  /** Key of the reply's first record. */
  recordKey: string;
  /** message.id, where there is one. */
  messageId: string;
  model: string;
  ts: string;
  offsetBytes: number;
  input: number;
  output: number;
  cacheRead: number;
  cacheCreation: number;
  costUsd: number;
  saidOutput: number;
  /** How many usage events it gave so far. */
  timesSaid: number;
}

/** A prompt that was typed while a turn ran. */
export interface QueuedText {
  hash: string;
  text: string;
  recordKey: string;
  ts: string;
  offsetBytes: number;
}

export interface QueueState {
  /** Enqueued and not taken out yet, oldest first. */
  waiting: QueuedText[];
  /** Taken out by a dequeue: their user records follow. */
  leaving: QueuedText[];
  /** Taken into the running turn: their attachment may follow. */
  removed: QueuedText[];
  /** Said by us already; a record that repeats one is dropped. `replied`: user records do not count any more. */
  spoken: { hash: string; replied: boolean }[];
  /** Attachments that came before the remove of their entry. */
  early: number;
}

export interface StartState {
  said: boolean;
  /** Whether session_started had, or a later event gave, the working folder. */
  cwdSaid: boolean;
  /** Key and place of the first record of the file. */
  firstKey: string;
  firstOffsetBytes: number;
  /** First time of a record, "" before. */
  firstTs: string;
  resumed: boolean;
  chainSeen: boolean;
  held: ParsedEvent[];
  heldRecords: number;
  heldChars: number;
}

/** Small fields of the state; what may grow is in `tables`, each bounded by `tableLimits`. */
export interface PlainState {
  role: NativeFile["role"];
  nativeSessionId: string;
  agentId: string;
  parentToolId: string;
  offsetBytes: number;
  /** Time of the last record that had one, "" before. */
  ts: string;
  /** Last model seen, "" before. */
  model: string;
  /** Something of a conversation was read. */
  conversed: boolean;
  /** The version writes attachments, so that queued prompts come as such. */
  hasAttachments: boolean;
  start: StartState;
  queue: QueueState;
  titles: { [source: string]: string };
  saidTitle: string;
  cost: { startTime: number; totalUsd: number };
  /** A /clear wrapper at the head that waits for the id of the session before. */
  cleared: { recordKey: string; ts: string; offsetBytes: number; timesSaid: number } | null;
}

/** How many entries each table keeps; past that the oldest goes. */
export const tableLimits = {
  /** Hash of a line without id → how often it came. */
  lines: 1024,
  /** Recent uuid → short print of its content. */
  records: 128,
  /** tool_id → open call. */
  calls: 1000,
  /** uuid of an inline sidechain's record → uuid of its root. */
  sides: 512,
  /** Root of an inline sidechain → tool_id of the call that spawned it. */
  sideParents: 128,
  /** Usage key → reply. */
  replies: 48,
} as const;

type TableEntries<V> = [string, V][];

export interface Tables {
  lines: TableEntries<number>;
  records: TableEntries<string>;
  calls: TableEntries<OpenCall>;
  sides: TableEntries<string>;
  sideParents: TableEntries<string>;
  replies: TableEntries<Reply>;
}

/** Where reading one file of Claude Code stands. Plain JSON of bounded size: see `tableLimits`, and the limits in `queue.ts` and `start.ts`. */
export interface ClaudeState {
  plain: PlainState;
  tables: Tables;
}

/** The state while a chunk is read. */
export interface Working {
  plain: PlainState;
  lines: BoundedMap<number>;
  records: BoundedMap<string>;
  calls: BoundedMap<OpenCall>;
  sides: BoundedMap<string>;
  sideParents: BoundedMap<string>;
  replies: BoundedMap<Reply>;
}

/** State at offset 0 of `file`. @param companions `meta`: the sub-agent's `.meta.json`, whose `toolUseId` names the parent's call. */
export function startState(file: NativeFile, companions: Companions): ClaudeState {
  const meta = jsonObject(companions["meta"]);
  const start: StartState = {
    said: false,
    cwdSaid: false,
    firstKey: "",
    firstOffsetBytes: 0,
    firstTs: "",
    resumed: false,
    chainSeen: false,
    held: [],
    heldRecords: 0,
    heldChars: 0,
  };
  const plain: PlainState = {
    role: file.role,
    nativeSessionId: file.nativeSessionId,
    agentId: file.role === "agent" ? (file.agentId ?? "") : "",
    parentToolId: stringAt(meta, "toolUseId") ?? "",
    offsetBytes: 0,
    ts: "",
    model: "",
    conversed: false,
    hasAttachments: false,
    start,
    queue: { waiting: [], leaving: [], removed: [], spoken: [], early: 0 },
    titles: {},
    saidTitle: "",
    cost: { startTime: 0, totalUsd: 0 },
    cleared: null,
  };
  return { plain, tables: { lines: [], records: [], calls: [], sides: [], sideParents: [], replies: [] } };
}

/** A copy of the state to work on. */
export function thaw(state: ClaudeState): Working {
  const { plain, tables } = structuredClone(state);
  return {
    plain,
    lines: new BoundedMap(tables.lines, tableLimits.lines),
    records: new BoundedMap(tables.records, tableLimits.records),
    calls: new BoundedMap(tables.calls, tableLimits.calls),
    sides: new BoundedMap(tables.sides, tableLimits.sides),
    sideParents: new BoundedMap(tables.sideParents, tableLimits.sideParents),
    replies: new BoundedMap(tables.replies, tableLimits.replies),
  };
}

/** The state as it lies in a checkpoint. */
export function freeze(working: Working): ClaudeState {
  return {
    plain: working.plain,
    tables: {
      lines: working.lines.entries(),
      records: working.records.entries(),
      calls: working.calls.entries(),
      sides: working.sides.entries(),
      sideParents: working.sideParents.entries(),
      replies: working.replies.entries(),
    },
  };
}
