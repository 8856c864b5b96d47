import type { ParsedEvent } from "../providers/provider.js";
import type { EventDraft, EventExtras, LogEventKind, LogSourceKind } from "../schema/event.js";
import type { FoundFile } from "./discover.js";
import { readOutput } from "./native-file.js";

/** What a native file's events become in a log. */
export interface DraftContext {
  found: FoundFile;
  /** Size of the file when it was first met: what stood in it then is history. */
  metBytes: number;
  /** The session was begun by another: its native start and end are news, not its own. */
  followed: boolean;
  /** Call that spawned an agent, where a main file told. */
  linkOf: (agentId: string) => string | undefined;
}

/** The event as its log takes it. May read the file that holds a tool's whole output. */
export function toEventDraft(event: ParsedEvent, context: DraftContext): EventDraft {
  const sourceKind: LogSourceKind = event.offsetBytes < context.metBytes ? "backfill" : "provider_file";
  const output = event.outputFile === undefined ? undefined : readOutput(context.found, event.outputFile);
  const extras = extrasOf(event, context);
  if (output && output.cutBytes > 0) extras.truncated = output.cutBytes;
  const own = withOutput(withStart(event.kind, context.found.file.path, sourceKind), output?.text);
  const kind = context.followed ? asNews(own) : own;
  return { sourceKind, kind, extras, ...(event.ts === undefined ? {} : { ts: event.ts }) };
}

function extrasOf(event: ParsedEvent, { found, linkOf }: DraftContext): EventExtras {
  const agentId = event.agentId ?? found.file.agentId;
  const parentToolId = event.parentToolId ?? (agentId === undefined ? undefined : linkOf(agentId));
  return {
    origin: event.origin,
    ...(agentId === undefined ? {} : { agent_id: agentId }),
    ...(parentToolId === undefined ? {} : { parent_tool_id: parentToolId }),
  };
}

function withStart(kind: LogEventKind, path: string, sourceKind: LogSourceKind): LogEventKind {
  if (kind.type !== "session_started") return kind;
  return { ...kind, backfilled: sourceKind === "backfill", source_paths: [path] };
}

function withOutput(kind: LogEventKind, output: string | undefined): LogEventKind {
  if (kind.type !== "tool_result" || output === undefined) return kind;
  return { ...kind, output };
}

/** A native start or end in a session that somebody else began and will end. */
function asNews(kind: LogEventKind): LogEventKind {
  if (kind.type !== "session_started" && kind.type !== "session_ended") return kind;
  const { type: message, ...data } = kind;
  return { type: "provider_status", message, data: Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined && value !== null)) };
}
