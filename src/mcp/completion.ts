import type { ResourceContext } from "./resources/resource.js";

/** Most values of one answer, by the protocol. */
const maxValues = 100;
const maxPages = 5;

/** Ids that begin so, newest first. */
function sessionIds(prefix: string, { catalogue }: ResourceContext): string[] {
  const found: string[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < maxPages; pages++) {
    const page = catalogue.list({
      includeChildren: true,
      limit: maxValues,
      ...(prefix !== "" && { text: prefix }),
      ...(cursor !== undefined && { cursor }),
    });
    const ids = page.sessions.map((session) => session.session_id);
    found.push(...ids.filter((id) => id.toLowerCase().startsWith(prefix.toLowerCase())));
    cursor = page.cursorAfter.at(-1);
    if (cursor === undefined || found.length > maxValues) break;
  }
  return found;
}

const candidates: Readonly<Record<string, (prefix: string, context: ResourceContext) => string[]>> = {
  session_id: sessionIds,
  provider: (prefix, { ingest }) => ingest.providers.filter((provider) => provider.startsWith(prefix)),
};

/** Values for the variable of a template that begin with what was typed; none for a variable that cannot be completed. */
export function completions(variable: string, typed: string, context: ResourceContext): { values: string[]; hasMore: boolean } {
  const all = Object.hasOwn(candidates, variable) ? (candidates[variable]?.(typed, context) ?? []) : [];
  return { values: all.slice(0, maxValues), hasMore: all.length > maxValues };
}
