/** Control characters as people can read them (`\x1b`), line breaks among them: so that a path or a name does not steer the terminal. */
export function visible(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** As `visible`, for a text that has lines, such as an error's stack. */
export function visibleLines(text: string): string {
  return text.split("\n").map(visible).join("\n");
}
