import { basename } from "node:path";
import { linesForward } from "../io/lines.js";
import type { Home } from "../log/home.js";
import { lineKeys, parseLine } from "../log/line-fields.js";
import { logPaths } from "../log/session-index.js";
import type { Checkpoints } from "./checkpoints.js";
import type { Claims } from "./claims.js";
import { isUuid } from "./record-keys.js";

/** Part of the origin of a `session_started`. */
const startPart = "start";
/** Keys that are claimed at once. */
const batchSize = 5000;

/**
 * What an `import.sqlite` that is gone knew and the logs still tell: which log has which native session, and who said which record.
 * So a resumed file is not said twice even where the file that it was resumed from is gone.
 * A generator, so that its caller can pause after each log.
 */
export function* rebuildKeys(home: Home, parts: { providers: ReadonlySet<string>; checkpoints: Checkpoints; claims: Claims }): Generator<void> {
  for (const logsDir of home.allLogsDirs()) {
    for (const path of logPaths(logsDir)) {
      rebuildFrom(path, parts);
      yield;
    }
  }
}

function rebuildFrom(path: string, { providers, checkpoints, claims }: { providers: ReadonlySet<string>; checkpoints: Checkpoints; claims: Claims }): void {
  let session: number | undefined;
  let keys: string[] = [];
  for (const { bytes } of linesForward(path, { fromByte: 0 })) {
    const { origin } = lineKeys(bytes);
    if (origin === undefined) continue;
    if (session === undefined) {
      const event = parseLine(bytes);
      if (!event || !providers.has(event.provider) || event.provider_session_id === null) return;
      const row = checkpoints.ensureSession(event.provider, event.provider_session_id);
      if (row.sessionId === undefined) checkpoints.saveSession({ ...row, sessionId: basename(path, ".jsonl") });
      session = row.key;
    }
    const end = origin.lastIndexOf("/");
    const key = origin.slice(0, end);
    // A session may start with a copied record: that it says its start does not make the record its own.
    if (isUuid(key) && origin.slice(end + 1) !== startPart) keys.push(key);
    if (keys.length >= batchSize) {
      claims.claimRecords(session, keys);
      keys = [];
    }
  }
  if (session !== undefined && keys.length > 0) claims.claimRecords(session, keys);
}
