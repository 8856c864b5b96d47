import { type JsonObject, objectAt, stringAt } from "./json.js";

/** How many bytes `base64` stands for. */
export function base64Bytes(base64: string): number {
  const padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
  return Math.max(0, Math.floor((base64.length * 3) / 4) - padding);
}

function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** What stands in a text for an image or document: `[image/png 415 KB]`. */
export function mediaText(mediaType: string, bytes: number): string {
  return `[${mediaType} ${formatBytes(bytes)}]`;
}

/**
 * The placeholder of an image or document block as the Anthropic API writes them
 * (`source` with `media_type` and base64 `data`, or a `url`, or text).
 */
export function mediaBlockText(block: JsonObject): string {
  const source = objectAt(block, "source");
  const kind = stringAt(block, "type") ?? "file";
  const given = stringAt(source, "media_type");
  const mediaType = given !== undefined && /^[\w.+-]+\/[\w.+-]+$/.test(given) ? given : kind;
  const data = stringAt(source, "data");
  if (data === undefined) return `[${mediaType}]`;
  const isText = stringAt(source, "type") === "text";
  return mediaText(mediaType, isText ? Buffer.byteLength(data) : base64Bytes(data));
}

/** The placeholder of an image that is given by its address: `[image/png 415 KB]` for a data URL, else `[image]`. */
export function imageUrlText(url: string | undefined): string {
  const found = url === undefined ? null : /^data:([\w.+-]+\/[\w.+-]+)?(?:;[\w=.+-]+)*;base64,/.exec(url.slice(0, 200));
  if (!found || url === undefined) return "[image]";
  return mediaText(found[1] ?? "image", base64Bytes(url.slice(found[0].length)));
}
