/**
 * The first `maxChars` UTF-16 units of a text, no code point split, with `…` where something was left out.
 */
export function boundedText(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const last = text.charCodeAt(maxChars - 1);
  const cut = last >= 0xd800 && last <= 0xdbff ? maxChars - 1 : maxChars;
  return `${text.slice(0, cut)}…`;
}

/** How much of an unreadable line a `parse_warning` keeps, in UTF-16 units. */
const maxRawChars = 4096;

/** What stood in a line that could not be read, bounded, for `parse_warning.raw`. */
export function boundedRaw(line: string): string {
  return boundedText(line, maxRawChars);
}
