import { parseTime } from "../../schema/time.js";
import { arrayAt, isObject, jsonObject, type JsonObject, objectAt, stringAt } from "../json.js";
import type { NativeFile, NativeHead } from "../provider.js";
import { recordLines } from "../record-lines.js";
import { tornField } from "../torn-field.js";
import { readEnvelope } from "./envelope.js";
import { taggedText } from "./injected.js";
import { contentText } from "./message-parts.js";
import { threadIdOfName } from "./paths.js";
import { isChildThread } from "./session-meta.js";

/** How many records are looked through for the folder (the bare era tells it in the environment text). */
const maxRecords = 12;
const newline = 10;
/** What is looked at of a file; a first line that is longer is as whole as it gets. */
const longHeadBytes = 64 * 1024;

/**
 * What the head of a rollout says. The session is the `id` of the first session_meta (not its `session_id`, which is the root
 * thread's, and not the id of a later session_meta); where the first line is longer than what was read, it is looked for in its
 * beginning; where it cannot be read, the file name tells it.
 */
export function readHead(firstBytes: Buffer, file: NativeFile): NativeHead {
  const records = file.format === "document" ? documentRecords(firstBytes) : lineRecords(firstBytes);
  const head = records.length > 0 ? headOf(records) : partialHead(firstBytes.toString("utf8"));
  // The line may still be on its way: then it will tell.
  const isWhole = firstBytes.includes(newline) || firstBytes.length >= longHeadBytes || file.format === "document";
  const id = head.nativeSessionId ?? (isWhole ? threadIdOfName(file.path) : undefined);
  return { ...head, continues: false, ...(id === undefined ? {} : { nativeSessionId: id }) };
}

function lineRecords(bytes: Buffer): JsonObject[] {
  const { lines } = recordLines(bytes, { final: true });
  return lines.slice(0, maxRecords).map(({ start, end }) => jsonObject(bytes.toString("utf8", start, end))).filter(isObject);
}

function documentRecords(bytes: Buffer): JsonObject[] {
  const document = jsonObject(bytes.toString("utf8"));
  const session = objectAt(document, "session");
  const items = arrayAt(document, "items").slice(0, maxRecords).filter(isObject);
  return session ? [{ type: "session_meta", payload: session, timestamp: session["timestamp"] }, ...items] : [];
}

function headOf(records: readonly JsonObject[]): Partial<NativeHead> {
  const head: Partial<NativeHead> = {};
  for (const line of records) {
    const { type, payload } = readEnvelope(line);
    const time = stringAt(line, "timestamp");
    if (head.startedAt === undefined && time !== undefined && parseTime(time) !== undefined) head.startedAt = time;
    const id = type === "session_meta" ? stringAt(payload, "id") : undefined;
    if (head.nativeSessionId === undefined && id) head.nativeSessionId = id;
    const cwd = stringAt(payload, "cwd") ?? environmentCwd(payload);
    if (head.cwd === undefined && cwd) head.cwd = cwd;
    if (type === "session_meta" && head.isChild === undefined) head.isChild = isChildThread(payload);
  }
  return head;
}

function environmentCwd(payload: JsonObject): string | undefined {
  if (stringAt(payload, "role") !== "user") return undefined;
  const text = contentText(payload["content"]);
  return text.includes("<environment_context>") ? (taggedText(text, "cwd") ?? /Current working directory: (.+)/.exec(text)?.[1]?.trim()) : undefined;
}

function partialHead(text: string): Partial<NativeHead> {
  const [line = ""] = text.split("\n", 1);
  if (!/"type"\s*:\s*"session_meta"|^\s*\{\s*"id"/.test(line)) return {};
  const head: Partial<NativeHead> = {};
  const time = tornField(line, "timestamp");
  if (time !== undefined && parseTime(time) !== undefined) head.startedAt = time;
  const id = tornField(line, "id");
  if (id !== undefined) head.nativeSessionId = id;
  const cwd = tornField(line, "cwd");
  if (cwd !== undefined) head.cwd = cwd;
  head.isChild = tornField(line, "parent_thread_id") !== undefined || /"source"\s*:\s*\{\s*"subagent"/.test(line);
  return head;
}
