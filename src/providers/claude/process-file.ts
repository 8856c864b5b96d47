import { jsonObject, numberAt, stringAt } from "../json.js";
import type { NativeProcess } from "../provider.js";

/** Reads `sessions/<pid>.json` (2.1.112 to 2.1.330), which is rewritten in place. @returns undefined where it is not whole. */
export function parseClaudeProcess(text: string): NativeProcess | undefined {
  const source = jsonObject(text);
  const pid = numberAt(source, "pid");
  const nativeSessionId = stringAt(source, "sessionId");
  if (pid === undefined || !Number.isSafeInteger(pid) || pid <= 0 || !nativeSessionId) return undefined;
  const cwd = stringAt(source, "cwd");
  const startedAtMs = numberAt(source, "startedAt");
  return {
    pid,
    nativeSessionId,
    ...(cwd === undefined ? {} : { cwd }),
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
  };
}
