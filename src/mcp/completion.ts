import type { Services } from "./tool.js";
import type { Mask } from "../schema/ports.js";

/** What completion may use. */
export interface CompletionContext extends Pick<Services, "catalogue" | "ingest"> {
  readonly mask: Mask;
}

/** Values for what was typed, the likeliest first; `total` counts also those that one answer does not hold. */
export type Completion = { values: string[]; total: number; hasMore: boolean };

/** Most values of one answer, by the protocol. */
const maxValues = 100;
const maxWorkspaces = 10_000;
const ages = ["1h", "4h", "1d", "2d", "3d", "1w", "2w", "30d"];

interface Candidates {
  values: readonly string[];
  total: number;
}

function all(values: readonly string[]): Candidates {
  return { values, total: values.length };
}

const beginsWith = (typed: string) => (value: string) => value.toLowerCase().startsWith(typed.toLowerCase());

/** Ids that begin so, then ids of the sessions that hold what was typed in their id or title; each the one written last first. */
function sessionIds(typed: string, { catalogue }: CompletionContext): Candidates {
  const text = typed.trim();
  const { sessions, total } = catalogue.list({ includeChildren: true, limit: maxValues, ...(text !== "" && { text }) });
  return { values: [...new Set([...catalogue.idsBeginning(text, maxValues), ...sessions.map(({ session_id }) => session_id)])], total };
}

function sessionRefs(typed: string, context: CompletionContext): Candidates {
  const words = ["latest", "previous", "current"].filter(beginsWith(typed));
  const { values, total } = sessionIds(typed, context);
  return { values: [...words, ...values], total: words.length + total };
}

/** Workspaces that hold what was typed, those with the most work first. A path that holds a secret is no value: masked it names nothing. */
function workspaces(typed: string, { catalogue, mask }: CompletionContext): Candidates {
  const { groups } = catalogue.stats({ groupBy: "workspace", includeChildren: true, timeZone: "UTC", limit: maxWorkspaces });
  const paths = groups.map(({ key }) => key).filter((key) => /^(?:[/\\]|[A-Za-z]:)/.test(key) && mask(key) === key);
  return all([...[".", "all"].filter(beginsWith(typed)), ...paths.filter((path) => path.toLowerCase().includes(typed.toLowerCase()))]);
}

/** What completes, by the name of a template's variable or of a prompt's argument. */
const candidates: ReadonlyMap<string, (typed: string, context: CompletionContext) => Candidates> = new Map([
  ["session_id", sessionIds],
  ["session", sessionRefs],
  ["workspace", workspaces],
  ["provider", (typed, { ingest }) => all(ingest.providers.filter(beginsWith(typed)))],
  ["since", (typed) => all(ages.filter(beginsWith(typed)))],
]);

/** Values for what was typed, in any case; none for a name that cannot be completed, such as a topic. */
export function completions(name: string, typed: string, context: CompletionContext): Completion {
  const { values, total } = candidates.get(name)?.(typed, context) ?? all([]);
  return { values: values.slice(0, maxValues), total, hasMore: total > maxValues };
}
