import type { ToolKind } from "../../schema/tool-kind.js";
import { BoundedMap } from "../bounded-map.js";
import { boundedText } from "../bounded-text.js";
import { readFlatYaml } from "../flat-yaml.js";
import type { Companions, NativeFile, ParsedEvent } from "../provider.js";

/** A tool call that was said. */
export interface Call {
  name: string;
  kind: ToolKind;
  /** What it asks for, in short. */
  asked: string;
  /** Sub-agent that made it, "" for the main agent, and the call that spawned that. */
  thread: string;
  parentToolId: string;
  /** A permission event told of it already. */
  permitted: boolean;
}

/** A permission that was asked for and not answered yet. */
export interface Asked {
  toolId: string;
  name: string;
  description: string;
}

/** Parts of one answer that came as several records (1.0.79), until the last is there. */
export interface Chunks {
  thread: string;
  parentToolId: string;
  apiCallId: string;
  /** Of the first part's record. */
  recordKey: string;
  offsetBytes: number;
  ts: string;
  messageId: string;
  model: string;
  count: number;
  parts: [index: number, text: string][];
}

/** Tokens as the tool counts them: `input` includes what was read from and written to caches. */
export interface Tokens {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
}

/** Tokens that were said of one model ("" where none was known) for one agent ("" for the main agent). */
export interface SaidTokens extends Tokens {
  model: string;
  thread: string;
}

export interface UsageState {
  /** The file has `session.usage_record`s; `outputTokens` of messages then tell nothing more. */
  hasRecords: boolean;
  /** So has the running segment (from start or resume to shutdown); its totals then tell nothing more. */
  segmentHasRecords: boolean;
  /** Totals of the last shutdown; null before the first. */
  lastTotals: [model: string, Tokens][] | null;
  segment: SaidTokens[];
  all: SaidTokens[];
}

export interface StartState {
  said: boolean;
  /** Key of the first `session.start` or `session.resume`, "" before; and whether it was the latter. */
  openKey: string;
  resumed: boolean;
  /** Key and place of the first record of the file. */
  firstKey: string;
  firstOffsetBytes: number;
  /** First time of a record, "" before. */
  firstTs: string;
  held: ParsedEvent[];
  heldRecords: number;
  heldChars: number;
}

/** Small fields of the state; what may grow is in `tables`, each bounded by `tableLimits`. */
export interface PlainState {
  format: "lines" | "document";
  offsetBytes: number;
  /** Time of the last record that had one, "" before. */
  ts: string;
  /** Model of the main agent, "" while unknown. */
  model: string;
  cwd: string;
  /** Offset of the user's clock from UTC in minutes, as the last prompt told; null while unknown. */
  zoneMinutes: number | null;
  /** Something of a conversation was read. */
  conversed: boolean;
  /** What the running segment came to: the last answer of the main agent, or the summary of a finished task. */
  result: string;
  /** The usage limit that was hit last, "" before. */
  incidentId: string;
  start: StartState;
  chunks: Chunks[];
  usage: UsageState;
}

/** How many entries each table keeps; past that the oldest goes. */
export const tableLimits = {
  /** Hash of a line without id → how often it came. */
  lines: 1024,
  /** Recent record id → short print of its record. */
  records: 256,
  /** tool_id → call without a result. */
  calls: 500,
  /** tool_id → call with a result. */
  answered: 200,
  /** agentId or spawning call → the agent_id that events carry. */
  agents: 500,
  /** agent_id → spawning call. */
  agentParents: 300,
  /** agent_id → its model. */
  models: 300,
  /** requestId → what was asked. */
  permissions: 100,
  /** Agent and hash of a thought → how often messages said it more than `assistant.reasoning` did. */
  thoughts: 100,
  /** Source and sequence of a usage record. */
  usageRecords: 500,
  /** apiCallId of chunked answers whose `outputTokens` were counted. */
  counted: 100,
} as const;

type TableEntries<V> = [string, V][];

export interface Tables {
  lines: TableEntries<number>;
  records: TableEntries<string>;
  calls: TableEntries<Call>;
  answered: TableEntries<Call>;
  agents: TableEntries<string>;
  agentParents: TableEntries<string>;
  models: TableEntries<string>;
  permissions: TableEntries<Asked>;
  thoughts: TableEntries<number>;
  usageRecords: TableEntries<true>;
  counted: TableEntries<true>;
}

/** Where reading one file of Copilot CLI stands. Plain JSON of bounded size: see `tableLimits`, and the limits in `start.ts`, `chunks.ts` and `usage.ts`. */
export interface CopilotState {
  plain: PlainState;
  tables: Tables;
}

/** The state while a chunk is read. */
export type Working = { plain: PlainState } & { [Name in keyof Tables]: BoundedMap<Tables[Name][number][1]> };

/** Longer ids, names and paths are cut. */
export const maxNameChars = 200;
export const maxPathChars = 4096;

/** State at offset 0 of `file`. @param companions `workspace`: the session's `workspace.yaml`, whose `cwd` counts where the log names no folder. */
export function startState(file: NativeFile, companions: Companions): CopilotState {
  const workspace = companions["workspace"];
  const cwd = workspace === undefined ? undefined : readFlatYaml(workspace)["cwd"];
  const plain: PlainState = {
    format: file.format ?? "lines",
    offsetBytes: 0,
    ts: "",
    model: "",
    cwd: boundedText(cwd ?? "", maxPathChars),
    zoneMinutes: null,
    conversed: false,
    result: "",
    incidentId: "",
    start: { said: false, openKey: "", resumed: false, firstKey: "", firstOffsetBytes: 0, firstTs: "", held: [], heldRecords: 0, heldChars: 0 },
    chunks: [],
    usage: { hasRecords: false, segmentHasRecords: false, lastTotals: null, segment: [], all: [] },
  };
  const tables: Tables = {
    lines: [], records: [], calls: [], answered: [], agents: [], agentParents: [], models: [], permissions: [], thoughts: [], usageRecords: [], counted: [],
  };
  return { plain, tables };
}

/** A copy of the state to work on. */
export function thaw(state: CopilotState): Working {
  const { plain, tables } = structuredClone(state);
  return {
    plain,
    lines: new BoundedMap(tables.lines, tableLimits.lines),
    records: new BoundedMap(tables.records, tableLimits.records),
    calls: new BoundedMap(tables.calls, tableLimits.calls),
    answered: new BoundedMap(tables.answered, tableLimits.answered),
    agents: new BoundedMap(tables.agents, tableLimits.agents),
    agentParents: new BoundedMap(tables.agentParents, tableLimits.agentParents),
    models: new BoundedMap(tables.models, tableLimits.models),
    permissions: new BoundedMap(tables.permissions, tableLimits.permissions),
    thoughts: new BoundedMap(tables.thoughts, tableLimits.thoughts),
    usageRecords: new BoundedMap(tables.usageRecords, tableLimits.usageRecords),
    counted: new BoundedMap(tables.counted, tableLimits.counted),
  };
}

/** The state as it lies in a checkpoint. */
export function freeze({ plain, ...tables }: Working): CopilotState {
  return {
    plain,
    tables: {
      lines: tables.lines.entries(),
      records: tables.records.entries(),
      calls: tables.calls.entries(),
      answered: tables.answered.entries(),
      agents: tables.agents.entries(),
      agentParents: tables.agentParents.entries(),
      models: tables.models.entries(),
      permissions: tables.permissions.entries(),
      thoughts: tables.thoughts.entries(),
      usageRecords: tables.usageRecords.entries(),
      counted: tables.counted.entries(),
    },
  };
}
