/* oxlint-disable no-control-regex -- they are what is looked for */

// Colours and cursor moves of terminals, links of theirs (OSC) included: they say nothing here.
const terminalCodes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;
// Characters that are not seen, or turn the order of others around.
const unseen = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;

/** Recorded text as it can be shown: without terminal codes, and with what nobody would see as `\x07` or `\u202e`. */
export function shownText(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(terminalCodes, "").replace(/\r(?!\n)/g, "\n").replace(unseen, escaped);
}

function escaped(character: string): string {
  const code = character.charCodeAt(0).toString(16);
  return code.length <= 2 ? `\\x${code.padStart(2, "0")}` : `\\u${code.padStart(4, "0")}`;
}

/** As `shownText`, on one line. */
export function shownLine(text: string): string {
  return shownText(text).replace(/\s+/g, " ").trim();
}
