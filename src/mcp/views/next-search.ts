import type { SearchPage } from "../../schema/ports.js";
import { nextCall } from "./next-call.js";

/** A search as its caller asked for it. */
export interface AskedSearch {
  match: string;
  workspace?: string | undefined;
  cursor?: string | undefined;
  [argument: string]: unknown;
}

/** What an argument is where the caller says nothing. */
const defaults: Readonly<Record<string, unknown>> = {
  match: "words",
  case_sensitive: false,
  include_current: false,
  sort: "recent",
  context: 0,
  limit: 10,
  max_bytes: 9_000,
};

/** Filters that may have left out what was meant; a workspace is told by `elsewhere`, a session was meant. */
const narrowing = ["provider", "file", "types", "role", "tool", "tool_kinds", "since", "until"];

/**
 * The next useful call: to read around the first hit; without hits to search where there may be some, which is outside the workspace, again
 * when more is indexed, in the asking session, without filters, or for parts of words. Undefined where none is left to try.
 * @param options.asking The session that was left out as the asking one.
 */
export function nextSearch(given: AskedSearch, page: SearchPage, options: { asking: string | undefined; firstShortId: string | undefined }): string | undefined {
  const [first] = page.hits;
  if (first) return nextCall("read_session", { session_id: options.firstShortId, around_seq: first.seq });
  if (given.cursor !== undefined) return undefined;
  if (page.elsewhere) return again(given, { workspace: undefined });
  if (!page.index.complete) return again(given, {});
  if (page.excluded > 0 && options.asking !== undefined) return again(given, { include_current: true });
  const filters = narrowing.filter((name) => given[name] !== undefined);
  if (filters.length > 0) return again(given, Object.fromEntries(filters.map((name) => [name, undefined])));
  return given.match === "words" && !isCompound(given["query"]) ? again(given, { match: "substring" }) : undefined;
}

/** Several words, a phrase or a prefix: as a substring that is another question. */
function isCompound(query: unknown): boolean {
  return /[\s"*]/.test(String(query).trim());
}

/** The caller's own search with some arguments changed; what is the default is not said. */
function again(given: AskedSearch, changed: Record<string, unknown>): string {
  const all = Object.entries({ ...given, ...changed });
  return nextCall("search_sessions", Object.fromEntries(all.filter(([name, value]) => value !== undefined && value !== defaults[name])));
}
