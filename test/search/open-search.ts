import { join } from "node:path";
import { onTestFinished } from "vitest";
import { Home } from "../../src/log/home.js";
import { SessionLogs } from "../../src/log/session-logs.js";
import { Search, type SearchOptions } from "../../src/search/search.js";
import type { SearchPage, SearchQuery } from "../../src/schema/ports.js";
import { tempDir } from "../helpers/temp-dir.js";

export interface Opened {
  home: Home;
  logsDir: string;
  logs: SessionLogs;
  search: Search;
  warnings: string[];
  /** A search with what is left out at its most ordinary. */
  ask(query: string, rest?: Partial<SearchQuery>): Promise<SearchPage>;
  /** `session/seq` of the hits of such a search. */
  find(query: string, rest?: Partial<SearchQuery>): Promise<string[]>;
}

/** A search on a home (a new one where none is given), with the logs of its own process; closed when the test has finished. */
export function openSearch(options: Partial<Pick<SearchOptions, "now">> & { homeDir?: string } = {}): Opened {
  const { homeDir = tempDir(), ...rest } = options;
  const home = new Home({ dir: homeDir });
  const logs = new SessionLogs(home, {});
  const warnings: string[] = [];
  const search = new Search({ home, logs, onWarning: (message) => warnings.push(message), ...rest });
  onTestFinished(() => {
    search.close();
    logs.close();
  });
  const ask: Opened["ask"] = (query, more = {}) => search.search(queryOf(query, more));
  return { home, logsDir: join(homeDir, "logs"), logs, search, warnings, ask, find: async (query, more) => placesOf(await ask(query, more)) };
}

export function queryOf(query: string, rest: Partial<SearchQuery> = {}): SearchQuery {
  return { query, match: "words", caseSensitive: false, sort: "recent", limit: 50, ...rest };
}

export function placesOf(page: SearchPage): string[] {
  return page.hits.map(({ sessionId, seq }) => `${sessionId}/${seq}`);
}

/** What a hit shows as its match. */
export function matchedIn(page: SearchPage): string[] {
  return page.hits.map(({ text, matchStart, matchEnd }) => text.slice(matchStart, matchEnd));
}
