import { linesForward } from "../io/lines.js";
import { parseLine } from "./line-fields.js";
import { sessionKey } from "./session-metadata.js";

/** The fields before `type` lie within so many bytes of a line. */
const lineHeadBytes = 1024;

/** Keys of the native sessions that a log holds events of, by which no import takes them for new ones. Reads the log; few of its lines are parsed. */
export function importedKeysOf(logPath: string): string[] {
  const seen = new Set<string>();
  const keys = new Set<string>();
  for (const { bytes } of linesForward(logPath, { fromByte: 0 })) {
    const head = /,"provider":.*?,"source_kind":/.exec(bytes.toString("latin1", 0, lineHeadBytes))?.[0];
    if (head !== undefined && seen.has(head)) continue;
    if (head !== undefined) seen.add(head);
    const event = parseLine(bytes) as { provider?: unknown; provider_session_id?: unknown } | undefined;
    if (typeof event?.provider !== "string" || typeof event.provider_session_id !== "string") continue;
    keys.add(sessionKey({ provider: event.provider, providerSessionId: event.provider_session_id, wrapperSessionId: "" }));
  }
  return [...keys];
}
