import { unseenShown } from "../../schema/unseen.js";

// Colours and cursor moves of terminals, links of theirs (OSC) included: they say nothing here.
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const terminalCodes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** Recorded text as it can be shown: without terminal codes, and with what nobody would see as `\x07` or `\u202e`. */
export function shownText(text: string): string {
  return unseenShown(text.replaceAll("\r\n", "\n").replace(terminalCodes, "").replace(/\r(?!\n)/g, "\n"), { but: "\t\n" });
}

/** As `shownText`, on one line. */
export function shownLine(text: string): string {
  return shownText(text).replace(/\s+/g, " ").trim();
}
