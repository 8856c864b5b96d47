/** A text as a reader of it would see it, and where its characters stand in the text that was given. */
export interface ReadableView {
  text: string;
  /** Start and end, in the given text, of what the character at `index` was written as. */
  place(index: number): { start: number; end: number };
}

/** A piece that reads as one other character, or as none. */
interface Rewritten {
  viewAt: number;
  viewLength: 0 | 1;
  rawAt: number;
  rawLength: number;
}

/** An escape character as it is, or as JSON, shells and C write it. */
const escapeCharacter = String.raw`(?:\u001b|\\+(?:u001b|x1b|033|e))`;
/**
 * What stands within a secret without being part of it: a slash or a printable character that JSON may write as an escape (PHP escapes slashes,
 * Go `&`, .NET quotes and `+`), however often that was quoted again, and the colours that `grep` gives to what it found. A backslash stays.
 */
const rewritten = new RegExp(String.raw`\\+(?:\/|u00(?!5c|7f)([2-7][0-9a-f]))|${escapeCharacter}\[[0-9;:]{0,20}[A-Za-z]`, "gi");
/** A cheaper look: whether any of it can occur. */
// oxlint-disable-next-line no-control-regex -- it is what is looked for
const any = /\\(?:\/|[uxe0])|\u001b/i;

/** The text with such pieces read; the text itself where there are none. Time is linear. */
export function readableView(raw: string): ReadableView {
  if (!any.test(raw)) return plain(raw);
  const pieces: Rewritten[] = [];
  let text = "";
  let rawAt = 0;
  for (const { 0: { length: rawLength }, 1: hex, index } of raw.matchAll(rewritten)) {
    text += raw.slice(rawAt, index);
    const character = hex === undefined ? (raw[index + rawLength - 1] === "/" ? "/" : "") : String.fromCharCode(Number.parseInt(hex, 16));
    pieces.push({ viewAt: text.length, viewLength: character === "" ? 0 : 1, rawAt: index, rawLength });
    text += character;
    rawAt = index + rawLength;
  }
  return pieces.length === 0 ? plain(raw) : { text: text + raw.slice(rawAt), place: (index) => placeIn(pieces, index) };
}

function plain(text: string): ReadableView {
  return { text, place: (index) => ({ start: index, end: index + 1 }) };
}

function placeIn(pieces: readonly Rewritten[], index: number): { start: number; end: number } {
  const piece = lastAtOrBefore(pieces, index);
  if (!piece) return { start: index, end: index + 1 };
  const pieceEnd = piece.rawAt + piece.rawLength;
  if (piece.viewLength === 1 && piece.viewAt === index) return { start: piece.rawAt, end: pieceEnd };
  const start = pieceEnd + index - piece.viewAt - piece.viewLength;
  return { start, end: start + 1 };
}

function lastAtOrBefore(pieces: readonly Rewritten[], index: number): Rewritten | undefined {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pieces[middle] as Rewritten).viewAt <= index) low = middle + 1;
    else high = middle;
  }
  return pieces[low - 1];
}
