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
const startOfWord = `(?:(?<![${wordClass}])|(?<=[${loneClass}])|(?<=${terminalCode}))`;
const endOfWord = `(?:(?![${wordClass}])|(?=[${loneClass}]))`;

/** Finds terms in texts as the index does, by words; accents and case are folded unless case counts: then terms must stand as they were typed. */
export class TermFinder {
  readonly #isExact: boolean;
  readonly #patterns: readonly RegExp[];

  constructor(terms: readonly Term[], { caseSensitive }: { caseSensitive: boolean }) {
    this.#isExact = caseSensitive;
    this.#patterns = terms.map((term) => patternOf(term, caseSensitive));
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
    return this.#patterns.every((pattern) => folded.some((text) => pattern.test(text)));
  }

  #firstIn(text: string): Match | undefined {
    const folded = this.#isExact ? { text, placeOf: (at: number) => at } : foldText(text);
    const found = this.#patterns.map((pattern) => pattern.exec(folded.text)).filter((match) => match !== null);
    const first = found.sort((one, other) => one.index - other.index)[0];
    return first && { start: folded.placeOf(first.index), end: folded.placeOf(first.index + first[0].length) };
  }
}

function patternOf({ text, isPrefix }: Term, isExact: boolean): RegExp {
  const split = splitLone(text);
  const found = (isExact ? split : foldText(split).text).match(words) ?? [];
  let source = "";
  for (const [nth, word] of found.entries()) {
    const before = found[nth - 1];
    const apart = isLone.test(word) || (before !== undefined && isLone.test(before)) ? "*" : "+";
    source += before === undefined ? "" : `(?:${terminalCode}|[^${wordClass}${loneClass}])${apart}`;
    source += word;
  }
  const [first, last] = [found[0] ?? "", found.at(-1) ?? ""];
  const start = isLone.test(first) ? "" : startOfWord;
  const end = isPrefix || isLone.test(last) ? "" : endOfWord;
  return new RegExp(`${start}${source}${end}`, "u");
}
