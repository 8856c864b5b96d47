import { wrapAnsi } from "fast-wrap-ansi";

/** The lines of a text at most `cells` wide, broken between words where that can be, and within a word that is too long. Indents stay. */
export function wrapped(text: string, cells: number): string[] {
  return wrapAnsi(text, Math.max(10, cells), { hard: true, trim: false }).split("\n");
}
