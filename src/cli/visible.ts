import { unseenShown } from "../schema/unseen.js";

/** Control characters, line breaks among them, as people can read them (`\x1b`, `\u202e`): so that a path or a name neither steers the terminal nor stands there in another order than it has. */
export function visible(text: string): string {
  return unseenShown(text);
}

/** As `visible`, for a text that has lines, such as an error's stack. */
export function visibleLines(text: string): string {
  return unseenShown(text, { but: "\n" });
}
