import { ByteNeedle } from "./byte-needle.js";

/*
 * A line of a log is parsed only where its bytes hold something that every match must hold. In a line a text stands as JSON: signs
 * that JSON escapes end a run of bytes that can be looked for, and so does ": ", which may come from making a value readable.
 */
const joint = /[\p{Cc}\p{Cs}"\\]|: /u;

/**
 * What to look for in a line that may hold one of these literals: one of the needles stands in it. Undefined where a literal
 * gives nothing to look for: then any line may.
 */
export function needlesFor(literals: readonly string[], { caseSensitive }: { caseSensitive: boolean }): ByteNeedle[] | undefined {
  const needles: ByteNeedle[] = [];
  for (const literal of literals) {
    const runs = bytesToFind(literal, caseSensitive);
    if (runs.length === 0) return undefined;
    needles.push(...runs.map((run) => new ByteNeedle(run, { foldCase: !caseSensitive })));
  }
  return needles;
}

/** The longest run that is written in one way only, but for the case of ASCII letters; else all ways to write one character. */
function bytesToFind(literal: string, caseSensitive: boolean): string[] {
  const runs = literal.split(joint).flatMap((run) => (caseSensitive ? [run] : inOneCase(run)));
  const longest = runs.reduce((best, run) => (Buffer.byteLength(run) > Buffer.byteLength(best) ? run : best), "");
  if (longest !== "") return [longest];
  const character = [...literal].find((one) => one !== ":" && one !== " ");
  if (character === undefined) return [];
  const escaped = JSON.stringify(character).slice(1, -1);
  if (escaped !== character) return [escaped];
  return [...new Set([character, character.toLowerCase(), character.toUpperCase()])];
}

/** The runs of a text between its letters outside ASCII that have two cases. */
function inOneCase(text: string): string[] {
  const runs = [""];
  for (const character of text) {
    const isCased = character > "\u007f" && character.toLowerCase() !== character.toUpperCase();
    if (isCased) runs.push("");
    else runs[runs.length - 1] += character;
  }
  return runs;
}
