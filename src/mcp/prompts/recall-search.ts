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
  /** Looked for in place of the topic, because nothing holds all of it: its rarest words together, each of them alone, or one as a part of words. */
  instead?: { how: "together" | "alone" | "part"; words: string[] };
}

/** Words that were said tell more than what tools put out, which often repeats whole files. */
const wanted = [
  { role: "assistant", limit: 5 },
  { role: "user", limit: 4 },
  { role: undefined, limit: 8 },
] as const;
const mostWords = 8;
const wordsAlone = 3;
const hitsOfWord = 4;
const shortestWord = 2;

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
 * Looks for a topic: all its words together; where no event holds them, the rarest of its words, together or alone, or a single word as a part of
 * words. Each in the workspace first, and then everywhere where `isWidened`.
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
    const found = words.length > 1 ? await byRarest(words, place, searches) : await byPart(words[0] ?? topic, place, searches);
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
  return found && { ...found, instead: { how: "part", words: [word] } };
}

/** A word and what a search for it alone finds. */
interface Sought {
  word: string;
  page: SearchPage;
}

/** The rarest words tell the most: as many of them together as any event holds, at least two; else each alone. */
async function byRarest(words: readonly string[], workspace: string | undefined, searches: Searches): Promise<Found | undefined> {
  const sought: Sought[] = [];
  for (const word of words) sought.push({ word, page: await searches.page({ query: word, workspace }, { limit: hitsOfWord }) });
  const rarest = sought.filter(({ page }) => page.total > 0).toSorted((one, other) => one.page.total - other.page.total);
  for (let count = rarest.length; count >= 2; count -= 1) {
    const together = rarest.slice(0, count).map(({ word }) => word);
    const found = await searches.found({ query: together.join(" "), workspace }, workspace !== undefined);
    if (found) return { ...found, instead: { how: "together", words: together } };
  }
  return rarest.length === 0 ? undefined : alone(rarest.slice(0, wordsAlone), workspace !== undefined);
}

function alone(sought: readonly Sought[], isHere: boolean): Found {
  const hits = new Map(sought.flatMap(({ page }) => page.hits.map((hit) => [placeOf(hit), hit] as const)));
  return {
    hits: [...hits.values()],
    total: sought.reduce((sum, { page }) => sum + page.total, 0),
    totalIsExact: sought.every(({ page }) => page.totalIsExact),
    isHere,
    instead: { how: "alone", words: sought.map(({ word }) => word) },
  };
}
