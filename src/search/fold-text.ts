import { loneClass } from "./lone-characters.js";

/** A text in the form in which words are compared, and the places in the text that its places stand for. */
export interface FoldedText {
  text: string;
  /** Place in the original of a place in `text`, the end included. */
  placeOf(at: number): number;
}

const beyondAscii = /[\u0080-\uffff]/;
const lone = new RegExp(`[${loneClass}]`, "u");
const foldedCharacters = new Map<string, string>();

/** Folds accents and case. */
export function foldText(text: string): FoldedText {
  if (!beyondAscii.test(text)) return { text: text.toLowerCase(), placeOf: (at) => at };
  const parts: string[] = [];
  const places: number[] = [];
  let place = 0;
  for (const character of text) {
    const folded = foldCharacter(character);
    parts.push(folded);
    for (let unit = 0; unit < folded.length; unit += 1) places.push(place);
    place += character.length;
  }
  places.push(place);
  return { text: parts.join(""), placeOf: (at) => places[at] ?? place };
}

function foldCharacter(character: string): string {
  if (character <= "\u007f") return character.toLowerCase();
  let folded = foldedCharacters.get(character);
  if (folded === undefined) {
    const unaccented = lone.test(character) ? character : character.normalize("NFD").replace(/\p{Mn}/gu, "").normalize("NFC");
    folded = unaccented.toLowerCase();
    foldedCharacters.set(character, folded);
  }
  return folded;
}
