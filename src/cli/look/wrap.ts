import { wrapAnsi } from "fast-wrap-ansi";

/** The lines of a text at most `cells` wide, broken between words where that can be, and within a word that is too long. Indents stay. */
export function wrapped(text: string, cells: number): string[] {
  return wrapAnsi(text, Math.max(10, cells), { hard: true, trim: false }).split("\n");
}

/** A text whose lines are wrapped between words, each below its own indent; a word that is too long, as a path, stays whole. */
export function wrappedText(text: string, cells: number): string {
  return text
    .split("\n")
    .map((line) => {
      const indent = /^ */.exec(line)?.[0] ?? "";
      return wrapAnsi(line.slice(indent.length), Math.max(10, cells - indent.length), { hard: false }).replace(/^/gm, indent).trimEnd();
    })
    .join("\n");
}

/** A text for `out`: wrapped where people read it on a terminal. */
export function laidOut(text: string, { isOutTerminal, columns }: { isOutTerminal: boolean; columns: number }): string {
  return isOutTerminal ? wrappedText(text, columns) : text;
}
