/** `text` as a code block that it cannot leave: fenced with more backticks than it holds in a row. */
export function fenced(text: string): string {
  const longest = (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2);
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text}${text.endsWith("\n") ? "" : "\n"}${fence}\n`;
}

const plainName = /^[A-Za-z0-9][A-Za-z0-9_.:@/ -]{0,79}$/;

/** A name from a log for a heading: as code where it is plain, else nothing, so that no markup comes in with it. */
export function headingName(name: unknown): string {
  return typeof name === "string" && plainName.test(name) ? ` \`${name}\`` : "";
}
