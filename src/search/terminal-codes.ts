/** Source of a pattern for what steers a terminal, colours above all (ECMA-48, 5.4): no part of the words around it. */
// oxlint-disable-next-line no-control-regex -- it begins with one
export const terminalCode = /\u001b\[[0-?]*[ -/]*[@-~]/.source;

const codes = new RegExp(terminalCode, "g");

/** The text with a space for each of them, for the index: coloured output is searched for by its words. */
export function withoutTerminalCodes(text: string): string {
  return text.includes("\u001b[") ? text.replace(codes, " ") : text;
}
