import { createHash } from "node:crypto";
import type { SessionFact } from "../log/index-entry.js";
import type { ParsedEvent } from "../providers/provider.js";
import type { FoundFile } from "./discover.js";
import type { EventDraft, LogSourceKind } from "../schema/event.js";

/** The start of a session of which only a sub-agent's file is left. */
export function orphanStart(found: FoundFile, about: { cwd: string | undefined; sourceKind: LogSourceKind; ts: string | undefined }): EventDraft {
  const { provider, agentId, path } = found.file;
  return {
    sourceKind: about.sourceKind,
    kind: {
      type: "session_started",
      command: provider,
      model: null,
      cwd: about.cwd ?? null,
      resumed: false,
      backfilled: about.sourceKind === "backfill",
      parent_session_id: undefined,
      source_paths: [path],
      title: undefined,
    },
    extras: { origin: `agent:${agentId ?? digestOf(path)}/start` },
    ...(about.ts === undefined ? {} : { ts: about.ts }),
  };
}

/**
 * Something that came to be known of a session, as an event that its log takes once.
 * @param about.ts Time of the record beside it: the time of the import would make an old session the latest.
 */
export function factEvent(fact: SessionFact, value: string, about: { sourceKind: LogSourceKind; ts: string | undefined }): EventDraft {
  return {
    sourceKind: about.sourceKind,
    kind: { type: "provider_status", message: fact, data: value },
    extras: { origin: `${fact}:${digestOf(value)}/0` },
    ...(about.ts === undefined ? {} : { ts: about.ts }),
  };
}

/**
 * What the end of a process says of its session; written once for a process.
 * @param process.isClean It took its process file with it: one that was killed leaves it behind.
 */
export function processEnd(process: { pid: number; startedAtMs: number | undefined; isClean: boolean }, followed: boolean): EventDraft {
  const { pid, startedAtMs, isClean } = process;
  const end = { success: isClean, error: isClean ? null : `process ${pid} ended without a word` };
  return {
    sourceKind: "provider_file",
    kind: followed ? { type: "provider_status", message: "session_ended", data: { success: isClean } } : { type: "session_ended", ...end, synthetic: undefined },
    extras: { origin: `process:${pid}-${startedAtMs ?? 0}/ended` },
  };
}

/** A file is shorter than what was read of it: its provider took its end back (an undo). What was said stays. */
export function rewoundEvent({ fromBytes, toBytes }: { fromBytes: number; toBytes: number }, ts: string | undefined): ParsedEvent {
  return {
    origin: `rewound:${fromBytes}-${toBytes}/0`,
    kind: { type: "provider_status", message: "rewound", data: { from_bytes: fromBytes, to_bytes: toBytes } },
    offsetBytes: Number.POSITIVE_INFINITY,
    ...(ts === undefined ? {} : { ts }),
  };
}

/** The call that spawned an agent, told after the agent's events. */
export function linkEvent({ agentId, parentToolId }: { agentId: string; parentToolId: string }, at: { offsetBytes: number; ts: string | undefined }): ParsedEvent {
  return {
    origin: `parent_tool_id:${digestOf(agentId)}/0`,
    kind: { type: "provider_status", message: "parent_tool_id", data: parentToolId },
    agentId,
    parentToolId,
    offsetBytes: at.offsetBytes,
    ...(at.ts === undefined ? {} : { ts: at.ts }),
  };
}

/** 12 hex digits that stand for a text in an origin. */
export function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
