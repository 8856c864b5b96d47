import { boundedText } from "../bounded-text.js";
import { boundedData, statusBounds } from "../bounded-data.js";
import { isObject, type JsonObject, objectAt, stringAt } from "../json.js";
import type { RecordReading } from "./output.js";
import { beginReplay, expectReplay } from "./replay.js";
import { noteCwd } from "./start.js";

/** Instructions and tool schemas (up to 100 KB) and what the log says elsewhere. */
const omitted = new Set([
  "type", "id", "session_id", "timestamp", "cwd", "instructions", "base_instructions", "dynamic_tools", "forked_from_id",
  "parent_thread_id", "runtime_workspace_roots",
]);
const metaBounds = { ...statusBounds, omit: omitted };

/** Id of the thread that spawned this one, from `source.subagent.thread_spawn` or `parent_thread_id` (0.9x and later). */
function parentOf(meta: JsonObject): string {
  const subagent = objectAt(objectAt(meta, "source"), "subagent");
  return stringAt(objectAt(subagent, "thread_spawn"), "parent_thread_id") ?? stringAt(meta, "parent_thread_id") ?? "";
}

/** Whether another thread spawned this one: as an agent with a task, or for a review or a compaction of its own. */
export function isChildThread(meta: JsonObject): boolean {
  const source = objectAt(meta, "source");
  return parentOf(meta) !== "" || (source !== undefined && "subagent" in source);
}

function agentPathOf(meta: JsonObject): string {
  const subagent = objectAt(objectAt(meta, "source"), "subagent");
  return stringAt(meta, "agent_path") ?? stringAt(objectAt(subagent, "thread_spawn"), "agent_path") ?? "";
}

function isExecRun(meta: JsonObject): boolean {
  return stringAt(meta, "originator") === "codex_exec" || stringAt(meta, "source") === "exec";
}

/**
 * Reads `session_meta`, or the header of the bare era. The first one of a file is the thread's own; one of another thread right
 * behind it begins a copy of that thread's history; one with the own id comes after metadata were changed (rename, memory mode).
 */
export function readSessionMeta(reading: RecordReading): void {
  const { plain } = reading.state;
  const meta = reading.payload;
  const id = stringAt(meta, "id") ?? "";
  if (plain.threadId !== "" || plain.began) {
    if (id !== plain.threadId && !plain.began) beginReplay(reading);
    reading.status("session_meta", id === plain.threadId ? metaData(meta) : { id: boundedText(id, 200), ...metaData(meta) });
    return;
  }
  plain.threadId = boundedText(id, 200);
  plain.isBare = reading.record.isBare;
  plain.isExec = isExecRun(meta);
  plain.agentPath = boundedText(agentPathOf(meta), 1000);
  plain.start.first = reading.place;
  plain.start.parentSessionId = boundedText(parentOf(meta), 200);
  noteCwd(reading, stringAt(meta, "cwd"));
  reading.status("session_meta", metaData(meta));
  const fork = stringAt(meta, "forked_from_id");
  if (fork) reading.status("forked_from", { session_id: boundedText(fork, 200) });
  expectReplay(reading, meta);
}

function metaData(meta: JsonObject): JsonObject | null {
  const data = boundedData(meta, metaBounds);
  return isObject(data) && Object.keys(data).length > 0 ? data : null;
}
