import type { EventDraft } from "../../schema/event.js";
import type { LogPort } from "../../schema/ports.js";
import type { ToolKind } from "../../schema/tool-kind.js";

interface Called {
  tool_name: string;
  tool_kind?: ToolKind | undefined;
}

/** How far back in the log the call of a result is looked for. */
const callLines = 1_000;

/**
 * Gives results without a name the name and kind of the call with the same `tool_id`: earlier among `drafts`, else near the end of the log.
 * The log is read only where that is needed.
 */
export function nameResults(drafts: readonly EventDraft[], lines: () => ReturnType<LogPort["backward"]>): readonly EventDraft[] {
  if (!drafts.some(({ kind }) => kind.type === "tool_result")) return drafts;
  const calls = new Map<string, Called>();
  const unnamed = new Set<string>();
  for (const { kind } of drafts) {
    if (kind.type === "tool_call" && kind.tool_id !== null) calls.set(kind.tool_id, kind);
    if (kind.type === "tool_result" && kind.tool_id !== null && kind.tool_name === null && !calls.has(kind.tool_id)) unnamed.add(kind.tool_id);
  }
  if (unnamed.size > 0) findCalls(lines(), { unnamed, calls });
  return drafts.map((draft) => named(draft, calls));
}

function findCalls(lines: ReturnType<LogPort["backward"]>, { unnamed, calls }: { unnamed: Set<string>; calls: Map<string, Called> }): void {
  let left = callLines;
  for (const { event } of lines) {
    if (event.type === "tool_call") {
      const call = event as { tool_id?: unknown; tool_name?: unknown; tool_kind?: ToolKind };
      if (typeof call.tool_id === "string" && typeof call.tool_name === "string" && unnamed.delete(call.tool_id)) {
        calls.set(call.tool_id, { tool_name: call.tool_name, tool_kind: call.tool_kind });
      }
    }
    left -= 1;
    if (unnamed.size === 0 || left === 0) return;
  }
}

function named(draft: EventDraft, calls: ReadonlyMap<string, Called>): EventDraft {
  const { kind } = draft;
  if (kind.type !== "tool_result" || kind.tool_name !== null || kind.tool_id === null) return draft;
  const call = calls.get(kind.tool_id);
  return call ? { ...draft, kind: { ...kind, tool_name: call.tool_name, tool_kind: kind.tool_kind ?? call.tool_kind } } : draft;
}
