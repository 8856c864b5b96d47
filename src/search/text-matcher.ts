import type { ByteNeedle } from "./byte-needle.js";
import { needlesFor } from "./needles.js";
import type { Match } from "./term-finder.js";

/** Finds a run of characters, or what fits a pattern, in one text. */
export interface TextMatcher {
  /** One of them stands in each line that has a match; undefined: any line may have one. */
  needles: readonly ByteNeedle[] | undefined;
  first(text: string): Match | undefined;
}

/** Looks for a run of characters. */
export function literalMatcher(literal: string, { caseSensitive }: { caseSensitive: boolean }): TextMatcher {
  const pattern = new RegExp(literal.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`), caseSensitive ? "u" : "iu");
  return {
    needles: needlesFor([literal], { caseSensitive }),
    first(text) {
      const found = pattern.exec(text);
      return found ? { start: found.index, end: found.index + found[0].length } : undefined;
    },
  };
}
