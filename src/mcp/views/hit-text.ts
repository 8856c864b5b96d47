import type { Mask } from "../../schema/ports.js";

/** A text and the first match in it, as places in UTF-16 units. */
export interface MatchedText {
  text: string;
  matchStart: number;
  matchEnd: number;
}

export const maxHitChars = 240;
/** So much of what stands before a match is shown, where there is more behind it. */
const leadChars = 80;
/** A text is masked so far around its match, at first; longer than any secret. */
const maskedChars = 32_768;
/** What an edge cut in two must lie so far from what is shown. */
const edgeChars = 20_480;
const ellipsis = "…";
const placeholder = /\[secret:[\w-]+\]/g;

/** At most `maxChars` (240) around the match, masked before they are cut; `…` stands for what was cut off. */
export function hitText({ text, matchStart, matchEnd }: MatchedText, mask: Mask, { maxChars = maxHitChars }: { maxChars?: number } = {}): string {
  for (let reach = maskedChars; ; reach *= 4) {
    const from = Math.max(0, matchStart - reach);
    const around = text.slice(from, matchEnd + reach);
    const masked = mask(around);
    const place = { start: matchStart - from, end: matchEnd - from };
    const shown = masked === around ? place : placeAfterMasking(around, masked, place);
    // Long secrets around the match leave short texts: then the edges come near, where a secret that they cut would not be known.
    const isFar = (from === 0 || shown.start >= edgeChars) && (matchEnd + reach >= text.length || masked.length - shown.end >= edgeChars);
    if (isFar) return excerpt(masked, shown, maxChars);
  }
}

interface Place {
  start: number;
  end: number;
}

/** Where the match stands in the masked text: at the `[secret:KIND]` that took its place where it was within a secret. */
function placeAfterMasking(text: string, masked: string, { start, end }: Place): Place {
  const at = (index: number): number => maskedIndex(text, masked, index);
  return { start: at(start), end: Math.max(at(start), at(end)) };
}

/** The masked text is the text with a placeholder for each secret: what stands between those is found again piece by piece. */
function maskedIndex(text: string, masked: string, index: number): number {
  let textAt = 0;
  let maskedAt = 0;
  for (const { 0: found, index: foundAt } of masked.matchAll(placeholder)) {
    const piece = masked.slice(maskedAt, foundAt);
    const pieceAt = Math.max(textAt, text.indexOf(piece, textAt));
    if (index < pieceAt) return Math.max(0, maskedAt - 1);
    if (index < pieceAt + piece.length) return maskedAt + index - pieceAt;
    textAt = pieceAt + piece.length;
    maskedAt = foundAt + found.length;
  }
  const behind = text.length - index;
  return Math.max(maskedAt, masked.length - behind);
}

function excerpt(text: string, { start, end }: Place, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const room = maxChars - 2 * ellipsis.length;
  const lead = Math.max(0, Math.min(leadChars, room - (end - start)));
  const from = Math.max(0, Math.min(start - lead, text.length - room));
  const cutFrom = wholeFrom(text, from);
  const cutTo = wholeTo(text, from + room);
  return `${cutFrom > 0 ? ellipsis : ""}${text.slice(cutFrom, cutTo)}${cutTo < text.length ? ellipsis : ""}`;
}

/** `index`, or one more where it would begin in the middle of a code point. */
function wholeFrom(text: string, index: number): number {
  return index > 0 && (text.codePointAt(index - 1) ?? 0) > 0xffff ? index + 1 : index;
}

/** `index`, or one less where it would end in the middle of a code point. */
function wholeTo(text: string, index: number): number {
  return index < text.length && (text.codePointAt(index - 1) ?? 0) > 0xffff ? index - 1 : index;
}
