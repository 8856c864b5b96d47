import { isObject, type JsonObject, objectAt, stringAt } from "../json.js";
import { base64Bytes, mediaText } from "../media-text.js";

/** Parts of a `PartListUnion`: a string, one part, or a list of both. A string is a text part; anything else is dropped. */
export function partsOf(content: unknown): JsonObject[] {
  const list = Array.isArray(content) ? content : [content];
  return list.flatMap((part: unknown) => (typeof part === "string" ? [{ text: part }] : isObject(part) ? [part] : []));
}

/** Whether a part is a thought of the model, as the API writes it. */
export function isThought(part: JsonObject): boolean {
  return part["thought"] === true && typeof part["text"] === "string";
}

const mediaType = /^[\w.+-]+\/[\w.+-]+$/;

function typeName(source: JsonObject): string {
  const given = stringAt(source, "mimeType") ?? "";
  return mediaType.test(given) ? given : "file";
}

/** What stands in a text for an image, a file or code that the model ran; undefined for parts without a text of their own. */
function blockText(part: JsonObject): string | undefined {
  const inline = objectAt(part, "inlineData");
  if (inline) return mediaText(typeName(inline), base64Bytes(stringAt(inline, "data") ?? ""));
  const file = objectAt(part, "fileData");
  if (file) return `[${typeName(file)} ${stringAt(file, "fileUri") ?? ""}]`.replace(" ]", "]");
  const code = objectAt(part, "executableCode");
  if (code) return `\`\`\`${(stringAt(code, "language") ?? "").toLowerCase()}\n${stringAt(code, "code") ?? ""}\n\`\`\``;
  const ran = objectAt(part, "codeExecutionResult");
  return ran ? (stringAt(ran, "output") ?? "") : undefined;
}

/** Whether the part is an attachment: an image or another file. */
export function isMedia(part: JsonObject): boolean {
  return objectAt(part, "inlineData") !== undefined || objectAt(part, "fileData") !== undefined;
}

/** The words of a list of parts as one text, placeholders of images and files on lines of their own. Thoughts and calls are left out. */
export function textOf(parts: readonly JsonObject[]): string {
  let text = "";
  let isBlock = false;
  for (const part of parts) {
    if (part["thought"] === true) continue;
    const words = stringAt(part, "text");
    const block = words === undefined ? blockText(part) : undefined;
    const piece = words ?? block;
    if (piece === undefined || piece === "") continue;
    const needsBreak = text !== "" && (isBlock || block !== undefined) && !text.endsWith("\n") && !piece.startsWith("\n");
    text += needsBreak ? `\n${piece}` : piece;
    isBlock = block !== undefined;
  }
  return text;
}
