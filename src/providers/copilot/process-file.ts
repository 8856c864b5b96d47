import type { NativeProcess } from "../provider.js";
import { processFileNames } from "./paths.js";

/**
 * Reads `session-state/<id>/inuse.<pid>.lock` (1.0.10 to 1.0.102), which holds the pid. One process may have several sessions, and a
 * killed one leaves its file behind.
 * @returns undefined where the text is not (yet) the pid of the file's name.
 */
export function parseCopilotProcess(text: string, relativePath: string): NativeProcess | undefined {
  const names = processFileNames(relativePath);
  const pid = Number(names?.pid);
  if (!names || text.trim() !== names.pid || !Number.isSafeInteger(pid) || pid <= 0) return undefined;
  return { pid, nativeSessionId: names.nativeSessionId };
}
