import type { AnyLogEvent } from "../schema/event.js";
import { inferToolKind } from "../schema/tool-kind.js";
import { parseTime } from "../schema/time.js";
import { factOf, fieldsOf, textOrNull, type EventFields } from "../log/event-fields.js";
import { touchedFiles } from "../log/touched-files.js";
import { isOwnTool } from "./own-tools.js";

/** A call whose result is still to come. */
interface OpenCall {
  tool: string;
  toolKind: string;
  files: string[];
}

/** What the lines of a log so far say that the lines to come are read by; plain JSON. Times are milliseconds since the epoch. */
export interface RowState {
  provider: string;
  workspace: string | null;
  /** Time of the last line that has one: that of lines without. */
  ms: number;
  /** Greatest time so far. */
  maxMs: number;
  /** The most by which a time ever stepped back behind the greatest before it. */
  setbackMs: number;
  /** By `tool_id`; the newest only. */
  calls: [toolId: string, call: OpenCall][];
}

/** What many events share. */
export interface EventKind {
  type: string;
  tool: string;
  toolKind: string;
  own: boolean;
}

const mostCalls = 64;

export function emptyRowState(): RowState {
  return { provider: "", workspace: null, ms: 0, maxMs: 0, setbackMs: 0, calls: [] };
}

/** Takes in one line, in log order; `state` is changed. @returns What a search's filters ask of that event. */
export function takeEvent(state: RowState, event: AnyLogEvent): { ms: number; kind: EventKind; files: readonly string[] } {
  const fields = fieldsOf(event);
  if (state.provider === "") state.provider = textOrNull(fields["provider"]) ?? "";
  takeTime(state, fields);
  if (event.type === "session_started") state.workspace = textOrNull(fields["cwd"]) ?? state.workspace;
  state.workspace = factOf(fields, "workspace") ?? state.workspace;
  const { tool, toolKind, files } = toolOf(state, fields);
  return { ms: state.ms, kind: toKind(event.type, tool, toolKind), files };
}

/** The kind of an event by what its own line says; undefined for a result that does not name its tool. */
export function kindOf(fields: EventFields): EventKind | undefined {
  const type = textOrNull(fields["type"]) ?? "";
  const tool = textOrNull(fields["tool_name"]) ?? "";
  if (type === "tool_result" && tool === "") return undefined;
  const hasToolKind = type === "tool_call" || type === "tool_result";
  return toKind(type, tool, hasToolKind ? (textOrNull(fields["tool_kind"]) ?? inferToolKind(tool)) : "");
}

function toKind(type: string, tool: string, toolKind: string): EventKind {
  return { type, tool, toolKind, own: tool !== "" && isOwnTool(tool) };
}

function takeTime(state: RowState, fields: EventFields): void {
  state.ms = parseTime(textOrNull(fields["ts"]) ?? "") ?? state.ms;
  state.setbackMs = Math.max(state.setbackMs, state.maxMs - state.ms);
  state.maxMs = Math.max(state.maxMs, state.ms);
}

function toolOf(state: RowState, fields: EventFields): OpenCall {
  const type = fields["type"];
  if (type === "tool_call") return takeCall(state, fields);
  if (type !== "tool_result") return { tool: textOrNull(fields["tool_name"]) ?? "", toolKind: "", files: [] };
  const call = takeOutCall(state, textOrNull(fields["tool_id"]));
  const tool = textOrNull(fields["tool_name"]) ?? call?.tool ?? "";
  const toolKind = textOrNull(fields["tool_kind"]) ?? call?.toolKind ?? (tool === "" ? "" : inferToolKind(tool));
  return { tool, toolKind, files: call?.files ?? [] };
}

function takeCall(state: RowState, fields: EventFields): OpenCall {
  const tool = textOrNull(fields["tool_name"]) ?? "";
  const call = { tool, toolKind: textOrNull(fields["tool_kind"]) ?? inferToolKind(tool), files: touchedFiles(fields, state.workspace) };
  const toolId = textOrNull(fields["tool_id"]);
  if (toolId !== null) state.calls.push([toolId, call]);
  if (state.calls.length > mostCalls) state.calls.shift();
  return call;
}

function takeOutCall(state: RowState, toolId: string | null): OpenCall | undefined {
  const at = toolId === null ? -1 : state.calls.findLastIndex(([id]) => id === toolId);
  return at < 0 ? undefined : state.calls.splice(at, 1)[0]?.[1];
}
