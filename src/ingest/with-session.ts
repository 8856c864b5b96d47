import type { FoundFile } from "./discover.js";
import { headOf } from "./native-file.js";

/**
 * A file whose path does not say whose it is, with the session that its first records name; other files as they are.
 * @param knownId What an earlier look found, by path.
 * @returns Undefined where its records do not say it (yet).
 */
export function withSession(found: FoundFile, knownId: (path: string) => string | undefined): FoundFile | undefined {
  if (found.file.nativeSessionId !== "") return found;
  const nativeSessionId = knownId(found.file.path) ?? headOf(found).nativeSessionId;
  return nativeSessionId === undefined || nativeSessionId === "" ? undefined : { ...found, file: { ...found.file, nativeSessionId } };
}
