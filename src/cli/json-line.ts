/** A value as one line of JSON, with its line break; nothing in it steers a terminal: JSON itself escapes control characters below the space alone. */
export function jsonLine(value: unknown): string {
  const text = JSON.stringify(value);
  return `${text.replace(/[\u007f-\u009f]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`)}\n`;
}
