import { arrayAt, isObject, type JsonObject, objectAt, stringAt } from "../json.js";
import { imageUrlText } from "../media-text.js";
import { injectedKind } from "./injected.js";

/** A part of a message: what was typed, or what the tool put in. */
export interface MessagePart {
  text: string;
  /** What an injected text is; undefined for the rest. */
  injected?: string;
  /** The record's metadata says that a person typed it. */
  isTyped: boolean;
}

/** A local image is announced and closed by texts of their own (`<image name=[Image #1]>`). */
const imageTag = /^<image(?: name=[^<>]*)?>$|^<\/image>$/;

/** The text of one content part; undefined for parts that hold none. Images become placeholders. */
export function partText(part: JsonObject): string | undefined {
  switch (stringAt(part, "type")) {
    case "input_image":
    case "image":
      return imageUrlText(stringAt(part, "image_url") ?? stringAt(part, "url"));
    case "local_image":
    case "localImage":
      return `[image ${stringAt(part, "path")?.split(/[/\\]/).at(-1) ?? ""}]`;
    case "encrypted_content":
      return undefined;
    default: {
      const text = stringAt(part, "text");
      return text !== undefined && imageTag.test(text.trim()) ? undefined : text;
    }
  }
}

/** Parts of `content`, which is a text or a list. */
export function contentParts(content: unknown): JsonObject[] {
  if (typeof content === "string") return [{ type: "input_text", text: content }];
  return Array.isArray(content) ? content.filter(isObject) : [];
}

/** All texts of `content`, one to a line. */
export function contentText(content: unknown): string {
  return contentParts(content).map(partText).filter((text) => text !== undefined && text !== "").join("\n");
}

/**
 * Parts of a user's response item, sorted into typed and injected: by `content_item_kinds` (0.15x and later; `user.text` is a
 * person's), else by how they begin.
 */
export function messageParts(item: JsonObject): MessagePart[] {
  const kinds = arrayAt(objectAt(item, "internal_chat_message_metadata_passthrough"), "content_item_kinds");
  return contentParts(item["content"]).flatMap((part, index) => {
    const text = partText(part);
    if (text === undefined || text.trim() === "") return [];
    const kind = kinds[index];
    if (typeof kind === "string" && kind !== "unknown") {
      const isTyped = kind.startsWith("user.");
      return [{ text, isTyped, ...(isTyped ? {} : { injected: kind }) }];
    }
    const injected = injectedKind(text);
    return [{ text, isTyped: false, ...(injected === undefined ? {} : { injected }) }];
  });
}
