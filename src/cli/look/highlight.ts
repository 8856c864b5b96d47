import type { Style } from "./style.js";

/** What was searched for, and how. */
export interface Searched {
  query: string;
  match: "words" | "substring" | "regex";
  caseSensitive: boolean;
}

/** The same text with what was searched for made to stand out. The text must hold no looks yet. */
export function highlighted(text: string, searched: Searched, style: Style): string {
  const pattern = patternOf(searched);
  if (!pattern) return text;
  const { folded, places } = searched.match === "words" ? foldedText(text) : { folded: text, places: undefined };
  let shown = "";
  let from = 0;
  for (const match of folded.matchAll(pattern)) {
    const [start, end] = [match.index, match.index + match[0].length].map((at) => places?.[at] ?? at) as [number, number];
    if (end <= start) continue;
    shown += text.slice(from, start) + style(text.slice(start, end), "bold", "yellow");
    from = end;
  }
  return shown + text.slice(from);
}

function patternOf({ query, match, caseSensitive }: Searched): RegExp | undefined {
  if (match === "words") return wordsPattern(query);
  try {
    return new RegExp(match === "regex" ? query : escaped(query), caseSensitive ? "gu" : "giu");
  } catch (error) {
    // The search knows other patterns than this machine's: what it found is shown plain.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A phrase stands as it is, a word alone, and one with `*` before anything. */
function wordsPattern(query: string): RegExp | undefined {
  const parts = [...query.matchAll(/"([^"]*)"|(\S+)/g)].flatMap(([, phrase, word]) => {
    const words = foldedText(phrase ?? word ?? "").folded.match(/[\p{L}\p{N}]+/gu) ?? [];
    return words.length === 0 ? [] : [`(?<![\\p{L}\\p{N}])${words.map(escaped).join("[^\\p{L}\\p{N}]+")}${word?.endsWith("*") ? "[\\p{L}\\p{N}]*" : "(?![\\p{L}\\p{N}])"}`];
  });
  return parts.length === 0 ? undefined : new RegExp(parts.join("|"), "gu");
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

/** A text without case and accents, and of each of its UTF-16 units, and of its end, the place in the text that it came from. */
function foldedText(text: string): { folded: string; places: number[] } {
  let folded = "";
  const places: number[] = [];
  let at = 0;
  for (const character of text) {
    const plain = character.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    for (let unit = 0; unit < plain.length; unit += 1) places.push(at);
    folded += plain;
    at += character.length;
  }
  places.push(at);
  return { folded, places };
}
