import type { ResourceContext } from "./resources/resource.js";

/** Most values of one answer, by the protocol. */
const maxValues = 100;

const candidates: Readonly<Record<string, (prefix: string, context: ResourceContext) => string[]>> = {
  session_id: (prefix, { catalogue }) => catalogue.idsBeginning(prefix, maxValues + 1),
  provider: (prefix, { ingest }) => ingest.providers.filter((provider) => provider.startsWith(prefix)),
};

/** Values for the variable of a template that begin with what was typed; none for a variable that cannot be completed. */
export function completions(variable: string, typed: string, context: ResourceContext): { values: string[]; hasMore: boolean } {
  const all = Object.hasOwn(candidates, variable) ? (candidates[variable]?.(typed, context) ?? []) : [];
  return { values: all.slice(0, maxValues), hasMore: all.length > maxValues };
}
