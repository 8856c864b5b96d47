/**
 * The first `maxChars` code points of `text`.
 * @returns `cut`: how many code points were left out; 0 where all of it fits.
 */
export function cutText(text: string, maxChars: number): { text: string; cut: number } {
  const start = firstCodePoints(text, maxChars);
  let cut = 0;
  for (let at = start.length; at < text.length; at += unitsAt(text, at)) cut += 1;
  return { text: start, cut };
}

/** The first `maxChars` code points of `text`, without counting the rest. */
export function firstCodePoints(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  let end = 0;
  for (let taken = 0; taken < maxChars && end < text.length; taken += 1) end += unitsAt(text, end);
  return text.slice(0, end);
}

/** The last `maxChars` code points of `text`, without counting the rest. */
export function lastCodePoints(text: string, maxChars: number): string {
  let start = text.length;
  for (let taken = 0; taken < maxChars && start > 0; taken += 1) start -= start > 1 ? unitsAt(text, start - 2) : 1;
  return text.slice(start);
}

/** UTF-16 units of the code point at `index`: 2 for a surrogate pair, else 1. */
function unitsAt(text: string, index: number): 1 | 2 {
  return (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
}
