import { CoreError } from "../errors.js";
import { loneClass, splitLone } from "./lone-characters.js";

/** One term of a query: words that follow each other. */
export interface Term {
  /** As it was typed, without quotes and star. */
  text: string;
  /** The last word may go on. */
  isPrefix: boolean;
}

const mostTerms = 64;
const mostCharacters = 2000;
const typed = /"([^"]*)"?(\*?)|([^\s"]+)/gu;
/** A word of the index, or nearly so: what SQLite takes for one may differ by a few letters of late Unicode versions. */
const word = new RegExp(`[\\p{L}\\p{N}\\p{Co}${loneClass}]`, "u");

/**
 * The terms of a query: what stands between quotes, or between spaces. Punctuation inside a term parts words that must follow each
 * other (`foo-bar` finds `foo bar`); a term without any word is passed over.
 * @throws {CoreError} `INVALID_ARGUMENT` where no term is left, or they are too many.
 */
export function parseWords(query: string): Term[] {
  // SQLite reads no further than a NUL.
  const text = query.replaceAll("\u0000", " ");
  if (text.length > mostCharacters) {
    throw new CoreError("INVALID_ARGUMENT", `query: ${text.length} characters are too many for words, ${mostCharacters} are allowed. Search for the most telling words, or with match "substring".`);
  }
  const terms = [...text.matchAll(typed)].map(toTerm).filter((term) => word.test(term.text));
  if (terms.length === 0) throw new CoreError("INVALID_ARGUMENT", 'query: it has no word, must have a letter, a digit or an emoji. Search for signs with match "substring".');
  if (terms.length > mostTerms) throw new CoreError("INVALID_ARGUMENT", `query: ${terms.length} words are too many, ${mostTerms} are allowed. Put phrases in quotes.`);
  return terms;
}

/** The terms as an expression of FTS5, all of which must match. Whatever they hold, it is a valid one. */
export function ftsExpression(terms: readonly Term[]): string {
  return terms.map(({ text, isPrefix }) => `"${splitLone(text).replaceAll('"', '""')}"${isPrefix ? " *" : ""}`).join(" AND ");
}

function toTerm([, quoted, star, bare]: RegExpMatchArray): Term {
  if (bare === undefined) return { text: quoted ?? "", isPrefix: star === "*" };
  const text = bare.replace(/\*+$/u, "");
  return { text, isPrefix: text !== bare };
}
