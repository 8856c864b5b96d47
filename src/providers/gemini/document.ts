import { boundedRaw } from "../bounded-text.js";
import { elementOffsets } from "../element-offsets.js";
import { arrayAt, isObject, type JsonObject, jsonObject, stringAt } from "../json.js";
import { shortHash } from "../record-key.js";
import { statedFolder } from "./folder.js";
import { readMessage } from "./message.js";
import { type Output, Reading } from "./output.js";
import { sayFacts } from "./session-facts.js";
import { beginSession, releaseStart } from "./start.js";

/**
 * Reads a conversation that is one JSON object, rewritten in place (2025-08 to 0.38).
 * @returns How many bytes are dealt with: none where it is not whole, unless no more will come.
 */
export function readDocument(out: Output, bytes: Buffer, { final }: { final: boolean }): number {
  if (bytes.length === 0) return 0;
  const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
  const document = jsonObject(text);
  if (document) readConversation(out, document, elementOffsets(bytes, "messages"));
  else if (!final) return 0;
  else warn(out, text);
  releaseStart(out);
  return bytes.length;
}

function readConversation(out: Output, document: JsonObject, offsets: readonly number[]): void {
  const messages = arrayAt(document, "messages");
  const model = messages.flatMap((message) => (isObject(message) ? (stringAt(message, "model") ?? []) : []))[0];
  const reading = new Reading(out, document, { key: "header", offsetBytes: 0, timeField: "startTime" });
  beginSession(reading, document, { stated: statedFolder(document, messages), model });
  for (const [index, message] of messages.entries()) {
    if (isObject(message)) readMessage(out, message, offsets[index] ?? 0);
  }
  // A summary is written last, by a later start of the tool.
  sayFacts(new Reading(out, {}, { key: "header", offsetBytes: 0 }), document, { isNews: false });
}

/** A document that does not parse: a warning in place of all. */
function warn(out: Output, text: string): void {
  out.state.plain.pending = null;
  const reading = new Reading(out, {}, { key: shortHash(text), offsetBytes: 0 });
  reading.say({ type: "parse_warning", message: "the document is not a whole JSON object", raw: boundedRaw(text) }, "0");
}
