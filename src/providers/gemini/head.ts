import { parseTime } from "../../schema/time.js";
import { arrayAt, type JsonObject, jsonObject, stringAt } from "../json.js";
import { readLine } from "../line-values.js";
import type { Companions, NativeFile, NativeHead } from "../provider.js";
import { recordLines } from "../record-lines.js";
import { tornField } from "../torn-field.js";
import { contextFolder, projectFolder, statedFolder } from "./folder.js";
import { sessionKey } from "./start.js";

/** What a chat file's header says; the working folder comes from the files beside it, else from the conversation. */
export function readHead(firstBytes: Buffer, file: NativeFile, companions: Companions): NativeHead {
  const header = file.format === "document" ? jsonObject(firstBytes.toString("utf8").replace(/^\uFEFF/, "")) : journalHeader(firstBytes);
  const known = projectFolder(file, companions);
  const cwd = known || (header ? statedFolder(header, arrayAt(header, "messages")) || rawContextFolder(firstBytes) : "");
  const startedAt = header && stringAt(header, "startTime");
  const id = header && file.role === "main" ? sessionKey(header) : undefined;
  return {
    continues: false,
    ...(startedAt !== undefined && parseTime(startedAt) !== undefined ? { startedAt } : {}),
    ...(cwd ? { cwd } : {}),
    ...(id === undefined ? {} : { nativeSessionId: id }),
  };
}

/** The first header of a journal, or the conversation in the old form that lies in its place. */
function journalHeader(firstBytes: Buffer): JsonObject | undefined {
  const { lines } = recordLines(firstBytes, { final: true });
  for (const { start, end } of lines) {
    const { values } = readLine(firstBytes.toString("utf8", start, end), () => false);
    const header = values.find(({ value }) => typeof value["sessionId"] === "string" && value["id"] === undefined)?.value;
    if (header) return header;
  }
  const whole = jsonObject(firstBytes.toString("utf8"));
  return whole && Array.isArray(whole["messages"]) ? whole : tornHeader(firstBytes.toString("utf8"));
}

/** The header of a conversation in the old form that is longer than what was read: its fields stand before the messages. */
function tornHeader(text: string): JsonObject | undefined {
  const fields = text.replace(/^\uFEFF/, "").split('"messages"', 1)[0] ?? "";
  const sessionId = /^\s*\{/.test(fields) && fields.length < text.length ? tornField(fields, "sessionId") : undefined;
  const startTime = tornField(fields, "startTime");
  return sessionId === undefined ? undefined : { sessionId, ...(startTime === undefined ? {} : { startTime }) };
}

/** The folders stand near the begin of the injected context. */
const maxContextChars = 4000;

/** The folder that the injected context names, from text that may end in the middle of its record (68 KB were seen). */
function rawContextFolder(firstBytes: Buffer): string {
  const text = firstBytes.toString("utf8");
  const at = text.indexOf("<session_context>");
  if (at === -1) return "";
  // The words of the string so far, without an escape that the cut has torn.
  const words = /^(?:[^"\\\n]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*/.exec(text.slice(at, at + maxContextChars))?.[0] ?? "";
  return contextFolder(stringAt(jsonObject(`{"text":"${words}"}`), "text") ?? "");
}
