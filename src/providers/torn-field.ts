import { jsonObject } from "./json.js";

/**
 * The text at `field` of a JSON object whose end is not there, at whatever depth it comes first; undefined where there is none, or "".
 * Quotes inside of texts are escaped, so that what looks like the field is the field.
 * @param field A name without signs that a regular expression reads otherwise.
 */
export function tornField(json: string, field: string): string | undefined {
  const found = new RegExp(`[{,]\\s*"${field}"\\s*:\\s*("(?:[^"\\\\]|\\\\.)*")`).exec(json)?.[1];
  const value = found === undefined ? undefined : jsonObject(`{"value":${found}}`)?.["value"];
  return typeof value === "string" && value !== "" ? value : undefined;
}
