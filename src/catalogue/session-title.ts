const maxFirstWords = 80;
const maxTitle = 200;

/** First words of a prompt: one line, white space folded, at most 80 code points, cut between words where it can be; null where blank. */
export function firstWordsOf(prompt: string): string | null {
  // What lies behind this cannot be reached by 80 code points but through a desert of white space.
  const line = oneLine(prompt.slice(0, 4096));
  if (line === "") return null;
  return cutBetweenWords(line, maxFirstWords);
}

/** A title that was given: one line, white space folded, at most 200 code points, cut as those; null where blank. */
export function titleOf(given: string): string | null {
  const line = oneLine(given.slice(0, 4096));
  return line === "" ? null : cutBetweenWords(line, maxTitle);
}

/** A word that is cut in two cannot be told to be a secret any more. */
function cutBetweenWords(line: string, maxPoints: number): string {
  const points = [...line];
  if (points.length <= maxPoints) return line;
  const cut = points.slice(0, maxPoints).join("");
  const space = cut.lastIndexOf(" ");
  const endsWithWord = points[maxPoints] === " ";
  return endsWithWord || space <= 0 ? cut : cut.slice(0, space);
}

function oneLine(text: string): string {
  return text.replace(/\s+/gu, " ").trim();
}
