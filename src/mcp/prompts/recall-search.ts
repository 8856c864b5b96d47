import type { SearchHit, SearchPage, SearchQuery } from "../../schema/ports.js";
import { askingSession } from "../arguments/asking-session.js";
import { withoutUndefined } from "../arguments/without-undefined.js";
import type { PromptContext } from "./prompt.js";

/** What was found of a topic, the most telling first. */
export interface Found {
  hits: SearchHit[];
  /** Events that hold it. */
  total: number;
  totalIsExact: boolean;
  /** Whether only the asked workspace was looked through. */
  isHere: boolean;
  /** Searched in place of the topic, because nothing holds all of it: single words, the rarest first, or parts of words. */
  instead?: { match: "words" | "substring"; queries: string[] };
}

/** Words that were said tell more than what tools put out, which often repeats whole files. */
const wanted = [
  { role: "assistant", limit: 5 },
  { role: "user", limit: 4 },
  { role: undefined, limit: 8 },
] as const;
const mostWords = 6;
const shownWords = 3;
const hitsOfWord = 4;
const shortestWord = 4;

interface Asked {
  query: string;
  match?: "words" | "substring";
  workspace: string | undefined;
}

/** Searches for one caller: its own session is left out. */
class Searches {
  readonly #context: PromptContext;
  #asking: Promise<string | undefined> | undefined;

  constructor(context: PromptContext) {
    this.#context = context;
  }

  async page({ query, match = "words", workspace }: Asked, { role, limit }: { role?: SearchQuery["role"] | undefined; limit: number }): Promise<SearchPage> {
    this.#asking ??= askingSession(this.#context);
    const askingSessionId = await this.#asking;
    const filters = withoutUndefined({ workspace, role, askingSessionId });
    return this.#context.search.search({ query, match, caseSensitive: false, sort: "relevance", limit, signal: this.#context.signal, ...filters });
  }

  /** What was said of it before what tools took in and put out. */
  async found(asked: Asked, isHere: boolean): Promise<Found | undefined> {
    const hits = new Map<string, SearchHit>();
    let all: SearchPage | undefined;
    for (const { role, limit } of wanted) {
      all = await this.page(asked, { role, limit });
      for (const hit of all.hits) if (!hits.has(placeOf(hit))) hits.set(placeOf(hit), hit);
    }
    return all && hits.size > 0 ? { hits: [...hits.values()], total: all.total, totalIsExact: all.totalIsExact, isHere } : undefined;
  }
}

function placeOf({ sessionId, seq }: SearchHit): string {
  return `${sessionId}#${seq}`;
}

/**
 * Looks for a topic: all its words together; where no event holds them, its words one by one, or for a single word as a part of words. Each in the
 * workspace first, and then everywhere where `isWidened`.
 * @param options.workspace Absolute; undefined for everywhere.
 * @throws {CoreError} `INVALID_ARGUMENT` for a topic without a word.
 */
export async function findHits(topic: string, { workspace, isWidened }: { workspace: string | undefined; isWidened: boolean }, context: PromptContext): Promise<Found> {
  const searches = new Searches(context);
  const places = workspace !== undefined && isWidened ? [workspace, undefined] : [workspace];
  for (const place of places) {
    const found = await searches.found({ query: topic, workspace: place }, place !== undefined);
    if (found) return found;
  }
  const words = wordsOf(topic);
  for (const place of places) {
    const found = words.length > 1 ? await byWord(words, place, searches) : await byPart(words[0] ?? topic, place, searches);
    if (found) return found;
  }
  return { hits: [], total: 0, totalIsExact: true, isHere: places.length === 1 && workspace !== undefined };
}

function wordsOf(topic: string): string[] {
  const words = [...new Set(topic.toLowerCase().match(/[\p{L}\p{N}_]+/gu))];
  const long = words.filter((word) => word.length >= shortestWord);
  return (long.length > 0 ? long : words).slice(0, mostWords);
}

async function byPart(word: string, workspace: string | undefined, searches: Searches): Promise<Found | undefined> {
  const found = await searches.found({ query: word, match: "substring", workspace }, workspace !== undefined);
  return found && { ...found, instead: { match: "substring", queries: [word] } };
}

/** The rarest words tell the most. */
async function byWord(words: readonly string[], workspace: string | undefined, searches: Searches): Promise<Found | undefined> {
  const pages: { word: string; page: SearchPage }[] = [];
  for (const word of words) pages.push({ word, page: await searches.page({ query: word, workspace }, { limit: hitsOfWord }) });
  const rarest = pages.filter(({ page }) => page.total > 0).toSorted((one, other) => one.page.total - other.page.total).slice(0, shownWords);
  if (rarest.length === 0) return undefined;
  const hits = new Map(rarest.flatMap(({ page }) => page.hits.map((hit) => [placeOf(hit), hit] as const)));
  return {
    hits: [...hits.values()],
    total: rarest.reduce((sum, { page }) => sum + page.total, 0),
    totalIsExact: rarest.every(({ page }) => page.totalIsExact),
    isHere: workspace !== undefined,
    instead: { match: "words", queries: rarest.map(({ word }) => word) },
  };
}
