import { unseen } from "../schema/unseen.js";

/** A value as one line of JSON, with its line break; nothing in it steers a terminal: JSON itself escapes control characters below the space alone. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value).replace(unseen, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`;
}
