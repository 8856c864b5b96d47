import type { AnyLogEvent, EventType } from "../../schema/event.js";
import { inferToolKind, type ToolKind } from "../../schema/tool-kind.js";
import { toolName } from "./event-view.js";

export type Detail = "brief" | "full";

export interface EventFilter {
  types?: readonly EventType[] | undefined;
  toolKinds?: readonly ToolKind[] | undefined;
  /** An agent_id, `main` or `all`; absent: `main`, with detail `full` `all`. */
  agent?: string | undefined;
  detail: Detail;
  /** Shown even where only a default would hide it: somebody asked for this very event. */
  askedSeq?: number | undefined;
}

/** `shown`; `other`: the caller asked for something else; `hidden`: left out by default and counted under that name. */
export type Verdict = "shown" | "other" | { hidden: string };

const quietKinds = new Set(["provider_status", "usage", "parse_warning", "heartbeat"]);
const quietInFull = new Set(["heartbeat"]);

/** Makes the judge that decides of each event whether it is shown. */
export function eventJudge(filter: EventFilter): (event: AnyLogEvent) => Verdict {
  const types = filter.types && new Set<string>(filter.types);
  const toolKinds = filter.toolKinds && new Set<string>(filter.toolKinds);
  const quiet = filter.detail === "full" ? quietInFull : quietKinds;
  const hidesAgents = filter.agent === undefined && filter.detail === "brief";
  return (event) => {
    if (types && !types.has(event.type)) return "other";
    if (toolKinds && !toolKinds.has(kindOf(event) ?? "")) return "other";
    if (!isAgent(event, filter.agent ?? "all")) return "other";
    if (event.seq === filter.askedSeq) return "shown";
    if (hidesAgents && event.agent_id != null) return { hidden: "agents" };
    if (!types && quiet.has(event.type)) return { hidden: event.type };
    return "shown";
  };
}

function isAgent(event: AnyLogEvent, agent: string): boolean {
  if (agent === "all") return true;
  return agent === "main" ? event.agent_id == null : event.agent_id === agent;
}

function kindOf(event: AnyLogEvent): string | undefined {
  if (event.type !== "tool_call" && event.type !== "tool_result") return undefined;
  const kind = (event as { tool_kind?: unknown }).tool_kind;
  if (typeof kind === "string") return kind;
  const name = toolName(event);
  return name === undefined ? undefined : inferToolKind(name);
}
