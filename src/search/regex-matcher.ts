import { RE2JS, RE2JSException } from "re2js";
import { CoreError } from "../errors.js";
import { needlesFor } from "./needles.js";
import { literalsOf } from "./regex-literals.js";
import type { TextMatcher } from "./text-matcher.js";

/** Looks for a pattern of RE2, in linear time; `^` and `$` stand for the ends of lines. @throws {CoreError} `INVALID_REGEX`. */
export function regexMatcher(source: string, { caseSensitive }: { caseSensitive: boolean }): TextMatcher {
  const pattern = compile(source, RE2JS.MULTILINE | (caseSensitive ? 0 : RE2JS.CASE_INSENSITIVE));
  const literals = literalsOf(source);
  return {
    needles: literals && needlesFor(literals, { caseSensitive }),
    first(text) {
      if (!pattern.test(text)) return undefined;
      const found = pattern.matcher(text);
      return found.find() ? { start: found.start(), end: found.end() } : undefined;
    },
  };
}

function compile(source: string, flags: number): RE2JS {
  try {
    return RE2JS.compile(source, flags);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    const hint = /\(\?<?[=!]|\\[1-9]/.test(source)
      ? "Patterns run in linear time: look-around and back-references are not possible. Search without them and read the hits."
      : 'Correct it (RE2 syntax), or search for the text itself with match "substring".';
    throw new CoreError("INVALID_REGEX", `query: it is no regular expression: ${whatIsWrong(source, error)}. ${hint}`, { cause: error });
  }
}

/** RE2JS writes flags into the pattern that it quotes: asked without them, it quotes what was typed. */
function whatIsWrong(source: string, withFlags: RE2JSException): string {
  try {
    RE2JS.compile(source);
    return withFlags.message;
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return error.message.replace(/^error parsing regexp: /, "");
  }
}
