import { CoreError } from "../errors.js";
import type { DerivedFile } from "../io/derived-file.js";
import type { Prepared } from "../io/prepared.js";
import type { SearchQuery } from "../schema/ports.js";
import type { Finder } from "./finder.js";
import { scanLogs } from "./scan-search.js";
import { filterOf } from "./search-filter.js";
import type { Match } from "./term-finder.js";
import { literalMatcher, type TextMatcher } from "./text-matcher.js";

const mostCharacters = 2000;

/** Answers `substring` and `regex` from the logs themselves. @throws {CoreError} `INVALID_ARGUMENT` (empty, too long), `INVALID_REGEX`. */
export async function scanFinder(file: DerivedFile<Prepared>, query: SearchQuery): Promise<Finder> {
  const inText = await matcherOf(query);
  const matcher = { needles: inText.needles, matches: (texts: readonly string[]) => texts.some((text) => inText.first(text)) };
  return {
    locate: (texts) => firstMatch(texts, inText),
    newest: (asked, page) => scanLogs(file, { ...page, matcher, filter: file.use((table) => filterOf(table, asked)), signal: asked.signal, onProgress: asked.onProgress }),
  };
}

async function matcherOf({ query, match, caseSensitive }: SearchQuery): Promise<TextMatcher> {
  if (query === "") throw new CoreError("INVALID_ARGUMENT", "query: it is empty, must have at least one character.");
  if (query.length > mostCharacters) throw new CoreError("INVALID_ARGUMENT", `query: ${query.length} characters are too many, ${mostCharacters} are allowed.`);
  if (match !== "regex") return literalMatcher(query, { caseSensitive });
  // The engine of patterns is large, and few searches need it.
  return (await import("./regex-matcher.js")).regexMatcher(query, { caseSensitive });
}

function firstMatch(texts: readonly string[], matcher: TextMatcher): { text: string; match: Match } | undefined {
  for (const text of texts) {
    const match = matcher.first(text);
    if (match) return { text, match };
  }
  return undefined;
}
