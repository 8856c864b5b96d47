/** Characters that are not seen, steer a terminal, or turn the order of others around (as U+202E does). Line breaks and tabs are among them. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
export const unseen = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;

/** The same text with what nobody would see as `\x07` or `\u202e`. @param options.but Characters that stay. */
export function unseenShown(text: string, { but = "" }: { but?: string } = {}): string {
  return text.replace(unseen, (character) => (but.includes(character) ? character : escaped(character)));
}

function escaped(character: string): string {
  const code = character.charCodeAt(0).toString(16);
  return code.length <= 2 ? `\\x${code.padStart(2, "0")}` : `\\u${code.padStart(4, "0")}`;
}
