import { boundedDepth } from "../bounded-depth.js";
import { boundedRaw } from "../bounded-text.js";
import { arrayAt, isObject, jsonValue, type JsonObject, objectAt, stringAt } from "../json.js";
import type { ParseResult } from "../provider.js";
import { isRecordId, lineKey, shortHash } from "../record-key.js";
import { readEnvelope } from "./envelope.js";
import { Output, RecordReading } from "./output.js";
import { readRecord } from "./record.js";
import { releaseStart } from "./start.js";
import { type CodexState, freeze, thaw } from "./state.js";

/**
 * Reads a session of the TypeScript tool (to about July 2025): one JSON text `{session: {id, timestamp, …}, items: […]}`, which its
 * writer rewrites as a whole. Items have neither times nor usage; the key of an item is the hash of its JSON.
 */
export function parseDocument(state: CodexState, chunk: Buffer, { final }: { final: boolean }): ParseResult<CodexState> {
  const text = chunk.toString("utf8").replace(/^\uFEFF/, "");
  const nothing = { state, events: [], consumedBytes: 0, agents: [] };
  if (text.trim() === "") return nothing;
  const value = jsonValue(text);
  if (value === undefined && !final) return nothing;
  const out = new Output(thaw(state));
  if (isObject(value) && isObject(value["session"])) readDocument(out, value);
  else out.events.push(unreadable(text, value === undefined ? "the document is not whole JSON" : "the document is no session"));
  return { state: freeze(out.state), events: out.events, consumedBytes: chunk.length, agents: [] };
}

function unreadable(text: string, message: string): Output["events"][number] {
  return { origin: `${shortHash(text)}/0`, kind: { type: "parse_warning", message, raw: boundedRaw(text) }, offsetBytes: 0 };
}

function readDocument(out: Output, document: JsonObject): void {
  const session = objectAt(document, "session") ?? {};
  const id = stringAt(session, "id");
  const timestamp = stringAt(session, "timestamp");
  const key = isRecordId(id) ? id : shortHash(JSON.stringify(boundedDepth(session)));
  readRecord(new RecordReading(out, { type: "session_meta", payload: session, isBare: true }, { key, offsetBytes: 0, timestamp }), 0);
  for (const item of arrayAt(document, "items")) readItem(out, item);
  if (!out.state.plain.start.said) releaseStart(out);
}

function readItem(out: Output, item: unknown): void {
  const text = JSON.stringify(boundedDepth(item));
  const key = lineKey(text, out.state.lines);
  if (isObject(item)) return readRecord(new RecordReading(out, readEnvelope(item), { key, offsetBytes: 0, timestamp: undefined }), text.length);
  const { ts } = out.state.plain;
  out.sayAt({ key, ts, offsetBytes: 0 }, "0", { type: "parse_warning", message: "the item is no object", raw: boundedRaw(text) });
}
