/*
 * Writing without spaces between words, and emoji: each such character is a word of its own, in the index and in queries, and a run
 * of them in a query is a phrase. So a run is found wherever it stands, at the price of also being found across the borders of
 * what a reader would call words.
 */

/** Symbols that are written like words: clocks and keys, signs and dingbats, stars and arrows of emoji, emoji proper. */
const symbolRanges: readonly (readonly [first: number, last: number])[] = [
  [0x2300, 0x23ff],
  [0x2600, 0x27bf],
  [0x2b00, 0x2bff],
  [0x1f000, 0x1faff],
];

/** Thai to Lao, Myanmar, Khmer, Hangul letters, Han with kana and Bopomofo, Hangul syllables, and their forms of other widths. */
const letterRanges: readonly (readonly [first: number, last: number])[] = [
  [0x0e00, 0x0eff],
  [0x1000, 0x109f],
  [0x1100, 0x11ff],
  [0x1780, 0x17ff],
  [0x2e80, 0x2fdf],
  [0x3005, 0x3007],
  [0x3040, 0x31bf],
  [0x31f0, 0x31ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xac00, 0xd7ff],
  [0xf900, 0xfaff],
  [0xff66, 0xffdc],
  [0x20000, 0x3ffff],
];

const inClass = ([first, last]: readonly [number, number]): string => `\\u{${first.toString(16)}}-\\u{${last.toString(16)}}`;

const unit = (code: number): string => `\\u${code.toString(16).padStart(4, "0")}`;
/** As `inClass`, for code units: beyond the first 65,536 characters the first halves of all pairs. */
const inUnits = ([first, last]: readonly [number, number]): string => (first > 0xffff ? "\\ud800-\\udbff" : `${unit(first)}-${unit(last)}`);

/** Inside of a character class (flag `u`) of all characters that are words of their own. */
export const loneClass = [...letterRanges, ...symbolRanges].map(inClass).join("");

/** Symbols that the index shall take for words; SQLite takes none by itself. */
export const wordSymbols = symbolRanges
  .map(([first, last]) => String.fromCodePoint(...Array.from({ length: last - first + 1 }, (_, nth) => first + nth)))
  .join("");

/** The same characters by their code units, roughly: a text without any is left as it is, at the cost of one quick look. */
const maybeLone = new RegExp(`[${[...letterRanges, ...symbolRanges].map(inUnits).join("")}]`);
const lone = new RegExp(`[${loneClass}]`, "gu");
/** Letters of Hangul and marks of kana that stand apart in file names of macOS. */
const apart = /[\u1100-\u11ff\u3099\u309a]/;

/** The text with spaces around each character that is a word of its own, for the index and for queries alike. */
export function splitLone(text: string): string {
  if (!maybeLone.test(text)) return text;
  const whole = apart.test(text) ? text.normalize("NFC") : text;
  return whole.replace(lone, " $& ");
}
