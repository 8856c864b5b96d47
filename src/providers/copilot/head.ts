import { parseTime } from "../../schema/time.js";
import { readFlatYaml } from "../flat-yaml.js";
import { type JsonObject, jsonObject, objectAt, stringAt } from "../json.js";
import { readLine } from "../line-values.js";
import type { Companions, NativeFile, NativeHead } from "../provider.js";
import { recordLines } from "../record-lines.js";
import { namedFolder } from "./start.js";

/**
 * What the first bytes of a file say. `continues`: the log's `session.start` names another session than the file's name does,
 * so that it is a copy (`/fork`, 1.0.47). Flat files of 2025 name no folder but the one that was trusted.
 */
export function readHead(firstBytes: Buffer, file: NativeFile, companions: Companions): NativeHead {
  if (file.format === "document") return historyHead(firstBytes);
  const head: NativeHead = { continues: false };
  const { lines } = recordLines(firstBytes, { final: true });
  for (const { start, end } of lines) {
    for (const { value } of readLine(firstBytes.toString("utf8", start, end), () => false).values) takeIn(head, value);
    if (head.startedAt !== undefined && head.cwd !== undefined) break;
  }
  head.continues = head.nativeSessionId !== undefined && file.nativeSessionId !== "" && head.nativeSessionId !== file.nativeSessionId;
  const cwd = head.cwd ?? readFlatYaml(companions["workspace"] ?? "")["cwd"];
  return { ...head, ...(cwd ? { cwd } : {}) };
}

function takeIn(head: NativeHead, record: JsonObject): void {
  const type = stringAt(record, "type") ?? "";
  const data = objectAt(record, "data") ?? {};
  const ts = stringAt(record, "timestamp");
  if (head.startedAt === undefined && ts !== undefined && parseTime(ts) !== undefined) head.startedAt = ts;
  const session = type === "session.start" ? stringAt(data, "sessionId") : undefined;
  if (head.nativeSessionId === undefined && session) head.nativeSessionId = session;
  const cwd = stringAt(record, "agentId") ? "" : namedFolder({ type, data });
  if (head.cwd === undefined && cwd) head.cwd = cwd;
}

function historyHead(bytes: Buffer): NativeHead {
  const source = jsonObject(bytes.toString("utf8"));
  const startedAt = stringAt(source, "startTime");
  const nativeSessionId = stringAt(source, "sessionId");
  return {
    continues: false,
    ...(startedAt !== undefined && parseTime(startedAt) !== undefined ? { startedAt } : {}),
    ...(nativeSessionId ? { nativeSessionId } : {}),
  };
}
