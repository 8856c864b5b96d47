/** A text as a reader of it would see it, and where its characters stand in the text that was given. */
export interface ReadableView {
  text: string;
  /** Start and end, in the given text, of what the character at `index` was written as. */
  place(index: number): { start: number; end: number };
}

/** A piece that reads as one character, or as none. */
interface Rewritten {
  viewAt: number;
  viewLength: 0 | 1;
  rawAt: number;
  rawLength: number;
}

/** An escape character as it is, or as JSON, shells and C write it. */
const escapeCharacter = String.raw`(?:\u001b|(?<!\\)\\+(?:u001b|x1b|033|e))`;
/** The colours that `grep` gives to what it found; and escapes of JSON, however often they were quoted again. A backslash stays one. A run of backslashes is looked at from its begin only. */
const rewritten = new RegExp(String.raw`${escapeCharacter}\[[0-9;:]{0,20}[A-Za-z]|(?<!\\)\\+(?:([bfnrt/])|u(?!005c)([0-9a-f]{4}))`, "gi");
// oxlint-disable-next-line no-control-regex -- it is what is looked for
const any = /\\|\u001b/;
const letters: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", "/": "/" };

/** The text as it reads without colours and with its escapes read, but for those of quotes. Time is linear. */
export function readableView(raw: string): ReadableView {
  if (!any.test(raw)) return plain(raw);
  const pieces: Rewritten[] = [];
  let text = "";
  let rawAt = 0;
  for (const { 0: { length: rawLength }, 1: letter, 2: hex, index } of raw.matchAll(rewritten)) {
    text += raw.slice(rawAt, index);
    const character = hex === undefined ? (letters[letter?.toLowerCase() ?? ""] ?? "") : String.fromCharCode(Number.parseInt(hex, 16));
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
