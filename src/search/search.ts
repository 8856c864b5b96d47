import { DerivedFile } from "../io/derived-file.js";
import type { Prepared } from "../io/prepared.js";
import { toldMeanwhile } from "../io/told-meanwhile.js";
import type { Home } from "../log/home.js";
import type { SessionLogs } from "../log/session-logs.js";
import { encodeCursor } from "../schema/cursor.js";
import type { RebuildOptions, SearchHit, SearchPage, SearchPort, SearchQuery } from "../schema/ports.js";
import type { Candidate } from "./candidate.js";
import type { Finder, Found } from "./finder.js";
import { FreshIndex } from "./fresh-index.js";
import { Precedence } from "./precedence.js";
import { Rankings } from "./rankings.js";
import { readHitLine, toHit } from "./read-hit.js";
import { scanFinder } from "./scan-finder.js";
import { eraseSessions } from "./erase-sessions.js";
import { decodeCursor, digestOf, type SearchCursor } from "./search-cursor.js";
import { searchContent } from "./search-schema.js";
import { wordFinder } from "./word-finder.js";

export interface SearchOptions {
  home: Home;
  logs: Pick<SessionLogs, "onAppend">;
  /** Nothing but `search.sqlite` is written; false by default. */
  readOnly?: boolean;
  /** Told of what was put right; never of recorded text. */
  onWarning?: (message: string) => void;
  /** Milliseconds since the epoch. */
  now?: () => number;
}

/** An answer is begun anew where a log turns out to be another than the index knew, or the index was lost meanwhile. */
const mostTries = 5;
/** Of matches outside the asked workspace so many are counted one by one. */
const mostElsewhere = 50;

/** Matches from which a page is made, and where they come from. */
interface Source {
  found: Found;
  /** The ranking and how many hits of it lie before; undefined where hits are in the order of time. */
  ranking: { name: string; given: number } | undefined;
}

/**
 * All events of a home by their text: words from the index `search.sqlite`, anything else from the logs. Making one costs
 * nothing: the database is opened on first use.
 */
export class Search implements SearchPort {
  readonly #file: DerivedFile<Prepared>;
  readonly #index: FreshIndex;
  readonly #rankings = new Rankings();
  readonly #precedence = new Precedence();
  readonly #now: () => number;

  constructor({ home, logs, readOnly = false, onWarning = () => undefined, now = Date.now }: SearchOptions) {
    this.#now = now;
    this.#file = new DerivedFile(home.dir, searchContent, { onWarning, now, readOnly });
    this.#index = new FreshIndex(this.#file, { home, logs, onWarning, precedence: this.#precedence, now });
  }

  /** Takes in all logs, giving way to others in between: called at start, so that the first search need not wait for it. */
  async ready(): Promise<void> {
    await this.#index.ready();
  }

  async rebuild({ signal, onProgress }: RebuildOptions): Promise<void> {
    this.#file.reset();
    const tell = (): void => onProgress?.(this.#index.progress());
    await toldMeanwhile(this.#index.whole(signal), { tell, ...(signal && { signal }) });
  }

  /** Takes sessions whose logs are gone out of the index, and out of the bytes of its file. @throws {CoreError} `INVALID_ARGUMENT` where a newer version wrote it. */
  erase(sessionIds: readonly string[]): Promise<void> {
    return this.#file.erase(() => eraseSessions(this.#file, sessionIds));
  }

  search(query: SearchQuery): Promise<SearchPage> {
    return this.#precedence.of(() => this.#search(query));
  }

  /** Ends all timers and closes the database; used again it throws `LOG_CLOSED`. */
  close(): void {
    this.#index.close();
    this.#file.close();
  }

  async #search(query: SearchQuery): Promise<SearchPage> {
    const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor, query, this.#now());
    const asked = cursor ? withTimesOf(cursor, query) : query;
    const finder = asked.match === "words" ? wordFinder(this.#file, asked) : await scanFinder(this.#file, asked);
    for (let tries = 1; ; tries += 1) {
      const generation = this.#generation();
      await this.#index.refresh();
      query.signal?.throwIfAborted();
      const page = await this.#answer(finder, asked, { cursor, isLastTry: tries >= mostTries });
      if (page && (generation === this.#file.generation || tries >= mostTries)) return page;
    }
  }

  /** Of the file as it is opened now. */
  #generation(): number {
    return this.#file.use(() => this.#file.generation);
  }

  /** @returns Undefined where a log turned out to be another than the index knew. */
  async #answer(finder: Finder, query: SearchQuery, options: { cursor: SearchCursor | undefined; isLastTry: boolean }): Promise<SearchPage | undefined> {
    const { cursor, isLastTry } = options;
    const source = await this.#source(finder, query, cursor);
    const { candidates, ...counts } = source.found;
    const hits: SearchHit[] = [];
    const cursorAfter: (string | undefined)[] = [];
    for (const [nth, candidate] of candidates.slice(0, query.limit).entries()) {
      const line = this.#file.use((table) => readHitLine(table, candidate));
      if (!line && !isLastTry) {
        this.#index.mistrust(candidate.idKey);
        return undefined;
      }
      if (!line) continue;
      hits.push(toHit(line, candidate, finder.locate));
      const isLast = nth === candidates.length - 1;
      cursorAfter.push(isLast ? undefined : this.#cursorBehind(candidate, nth + 1, { query, cursor, source }));
    }
    const elsewhere = await this.#elsewhere(finder, query, source.found);
    return { hits, ...counts, ...(elsewhere !== undefined && { elsewhere }), index: this.#index.state(), cursorAfter };
  }

  async #source(finder: Finder, query: SearchQuery, cursor: SearchCursor | undefined): Promise<Source> {
    if (query.sort !== "relevance" || !finder.ranked) {
      return { found: await finder.newest(query, { limit: query.limit + 1, after: cursor }), ranking: undefined };
    }
    const given = cursor?.given ?? 0;
    const kept = cursor?.ranking === undefined ? undefined : this.#rankings.get(cursor.ranking);
    const ranked = kept ?? (await finder.ranked(query));
    const name = kept && cursor?.ranking !== undefined ? cursor.ranking : this.#rankings.add(ranked);
    return { found: { ...ranked, candidates: ranked.candidates.slice(given) }, ranking: { name, given } };
  }

  #cursorBehind(candidate: Candidate, nth: number, { query, cursor, source }: { query: SearchQuery; cursor: SearchCursor | undefined; source: Source }): string {
    const { ms, idKey, offsetBytes } = candidate;
    const { sinceMs, untilMs } = query;
    return encodeCursor({
      asked: digestOf(query),
      beganMs: cursor?.beganMs ?? this.#now(),
      ...(sinceMs !== undefined && { sinceMs }),
      ...(untilMs !== undefined && { untilMs }),
      ms,
      idKey,
      offsetBytes,
      ...(source.ranking && { ranking: source.ranking.name, given: source.ranking.given + nth }),
    });
  }

  /** Matches outside the asked workspace, where there are none inside. */
  async #elsewhere(finder: Finder, query: SearchQuery, { total }: Found): Promise<number | undefined> {
    if (query.workspace === undefined || total > 0) return undefined;
    const { workspace: _, ...anywhere } = query;
    return (await finder.newest(anywhere, { limit: mostElsewhere, after: undefined })).total;
  }
}

/** The query as it was when the walk began: ages move on from page to page. */
function withTimesOf({ sinceMs, untilMs }: SearchCursor, query: SearchQuery): SearchQuery {
  return { ...query, ...(sinceMs !== undefined && { sinceMs }), ...(untilMs !== undefined && { untilMs }) };
}
