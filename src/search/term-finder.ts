import { foldText } from "./fold-text.js";
import { loneClass, splitLone } from "./lone-characters.js";
import { terminalCode } from "./terminal-codes.js";
import type { Term } from "./words-query.js";

/** A run of characters of a text. */
export interface Match {
  start: number;
  end: number;
}

const wordClass = "\\p{L}\\p{N}\\p{Co}";
const words = new RegExp(`[${loneClass}]|(?:(?![${loneClass}])[${wordClass}])+`, "gu");
const isLone = new RegExp(`^[${loneClass}]$`, "u");
/*
 * Patterns of what may stand around words, and between those of a phrase. The words themselves are looked for as strings: a pattern with
 * these classes takes 2 ms to be made ready, and each query would need ones of its own.
 */
const startOfWord = new RegExp(`(?<![${wordClass}])|(?<=[${loneClass}])|(?<=${terminalCode})`, "uy");
const endOfWord = new RegExp(`(?![${wordClass}])|(?=[${loneClass}])`, "uy");
const gap = new RegExp(`(?:${terminalCode}|[^${wordClass}${loneClass}])*`, "uy");

/** Finds terms in texts as the index does, by words; accents and case are folded unless case counts: then terms must stand as they were typed. */
export class TermFinder {
  readonly #isExact: boolean;
  readonly #phrases: readonly Phrase[];

  constructor(terms: readonly Term[], { caseSensitive }: { caseSensitive: boolean }) {
    this.#isExact = caseSensitive;
    this.#phrases = terms.map((term) => new Phrase(term, caseSensitive));
  }

  /** The first place where any of the terms stands, in the first text that has one. */
  first(texts: readonly string[]): { text: string; match: Match } | undefined {
    for (const text of texts) {
      const match = this.#firstIn(text);
      if (match) return { text, match };
    }
    return undefined;
  }

  /** Whether each term stands in one of the texts. */
  hasAll(texts: readonly string[]): boolean {
    const folded = this.#isExact ? texts : texts.map((text) => foldText(text).text);
    return this.#phrases.every((phrase) => folded.some((text) => phrase.findIn(text) !== undefined));
  }

  #firstIn(text: string): Match | undefined {
    const folded = this.#isExact ? { text, placeOf: (at: number) => at } : foldText(text);
    const found = this.#phrases.map((phrase) => phrase.findIn(folded.text)).filter((match) => match !== undefined);
    const first = found.sort((one, other) => one.start - other.start)[0];
    return first && { start: folded.placeOf(first.start), end: folded.placeOf(first.end) };
  }
}

/** The words of a term, as they stand one behind the other. */
class Phrase {
  readonly #words: readonly string[];
  readonly #isPrefix: boolean;

  constructor({ text, isPrefix }: Term, isExact: boolean) {
    const split = splitLone(text);
    this.#words = (isExact ? split : foldText(split).text).match(words) ?? [];
    this.#isPrefix = isPrefix;
  }

  /** Its first place in a text, which is folded as it is. */
  findIn(text: string): Match | undefined {
    const [first, ...others] = this.#words;
    if (first === undefined) return undefined;
    for (let start = text.indexOf(first); start >= 0; start = text.indexOf(first, start + 1)) {
      if (!isLone.test(first) && endOf(startOfWord, text, start) === undefined) continue;
      const end = this.#endIn(text, { start, first, others });
      if (end !== undefined) return { start, end };
    }
    return undefined;
  }

  #endIn(text: string, { start, first, others }: { start: number; first: string; others: readonly string[] }): number | undefined {
    let [end, before] = [start + first.length, first];
    for (const word of others) {
      const next = endOf(gap, text, end) ?? end;
      const isApart = next > end || isLone.test(word) || isLone.test(before);
      if (!isApart || !text.startsWith(word, next)) return undefined;
      [end, before] = [next + word.length, word];
    }
    return this.#isPrefix || isLone.test(before) ? end : endOf(endOfWord, text, end);
  }
}

/** Where what the pattern finds at `at` ends; undefined where it finds nothing there. */
function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
