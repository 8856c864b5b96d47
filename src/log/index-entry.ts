import { basename } from "node:path";
import { linesForward } from "../io/lines.js";
import { LogCompleteness, isEventLine, type AnyLogEvent } from "../schema/event.js";
import type { SessionLogIndexEntry } from "../schema/index-files.js";
import { lesserCompleteness } from "./completeness.js";
import { parseJson } from "../schema/parse-json.js";

/** What a `provider_status` of ours may say of its session; the value stands in `data`. */
export type SessionFact = "source_path" | "provider_session_id" | "completeness" | "workspace";

const facts: ReadonlySet<unknown> = new Set<SessionFact>(["source_path", "provider_session_id", "completeness", "workspace"]);

/**
 * What `index.json` says of a session after one more line of its log. Pure: `entry` is left as it is.
 * `log_path` is where the log lies now; an id or folder that a line does not know is kept; completeness only falls; `started_at` is the time of the first line,
 * `ended_at` that of the last `session_ended`, also where the session went on after it.
 * @param entry Undefined before the first line.
 */
export function foldIndexEntry(entry: SessionLogIndexEntry | undefined, event: AnyLogEvent, logPath: string): SessionLogIndexEntry {
  const next = entry ? { ...entry, log_path: logPath } : newIndexEntry(logPath, { provider: event.provider, startedAt: event.ts });
  next.provider_session_id = event.provider_session_id ?? next.provider_session_id;
  const completeness = LogCompleteness.safeParse(event.completeness);
  if (completeness.success) next.completeness = lesserCompleteness(next.completeness, completeness.data);
  if (event.type === "session_started") foldStart(next, event);
  if (event.type === "session_ended") next.ended_at = event.ts;
  if (event.type === "provider_status" && isFact(event)) foldFact(next, event.message, event.data);
  return next;
}

/** The entry of a log of which nothing else is known. */
export function newIndexEntry(logPath: string, { provider, startedAt }: { provider: string; startedAt: string }): SessionLogIndexEntry {
  return {
    wrapper_session_id: basename(logPath, ".jsonl"),
    provider,
    provider_session_id: null,
    log_path: logPath,
    completeness: "full",
    started_at: startedAt,
    ended_at: null,
    workspace_path: null,
    command: null,
    source_paths: [],
    backfilled: false,
  };
}

/** Whether an event can change more of an entry than its id and completeness, which every line repeats. */
export function changesIndexEntry(event: { type: string; message?: unknown }): boolean {
  return event.type === "session_started" || event.type === "session_ended" || (event.type === "provider_status" && facts.has(event.message));
}

/**
 * The entry of a whole log, read from its lines; lines that cannot be read are passed over.
 * @returns Undefined where it holds no readable line.
 */
export function readIndexEntry(logPath: string): SessionLogIndexEntry | undefined {
  let entry: SessionLogIndexEntry | undefined;
  for (const { bytes } of linesForward(logPath, { fromByte: 0 })) {
    const event = readHeadedLine(bytes);
    if (event) entry = foldIndexEntry(entry, event, logPath);
  }
  return entry;
}

/** The line's event, or undefined where it is not one, or its head lacks a time or a provider. */
export function readHeadedLine(bytes: Buffer): AnyLogEvent | undefined {
  const value = parseJson(bytes.toString("utf8"));
  if (!isEventLine(value)) return undefined;
  return typeof value.ts === "string" && typeof value.provider === "string" ? value : undefined;
}

function isFact(event: AnyLogEvent): event is AnyLogEvent & { message: SessionFact; data?: unknown } {
  return facts.has((event as { message?: unknown }).message);
}

function foldStart(entry: SessionLogIndexEntry, event: AnyLogEvent): void {
  const { cwd, command, backfilled, source_paths: sourcePaths } = event as { [field: string]: unknown };
  if (typeof cwd === "string") entry.workspace_path = cwd;
  if (typeof command === "string") entry.command = command;
  entry.backfilled = backfilled === true;
  if (!Array.isArray(sourcePaths)) return;
  for (const path of sourcePaths) foldFact(entry, "source_path", path);
}

function foldFact(entry: SessionLogIndexEntry, fact: SessionFact, value: unknown): void {
  if (fact === "provider_session_id" && value === null) entry.provider_session_id = null;
  if (typeof value !== "string") return;
  if (fact === "source_path" && !entry.source_paths.includes(value)) entry.source_paths = [...entry.source_paths, value];
  if (fact === "provider_session_id") entry.provider_session_id = value;
  if (fact === "workspace") entry.workspace_path = value;
  const completeness = LogCompleteness.safeParse(value);
  if (fact === "completeness" && completeness.success) entry.completeness = lesserCompleteness(entry.completeness, completeness.data);
}
