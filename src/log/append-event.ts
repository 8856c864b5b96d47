import { existsSync } from "node:fs";
import { toDraft, type LogEventKindInput } from "./event-input.js";
import { LogFile } from "./log-file.js";

/** One event for a log that this process has no writer of. */
export interface ForeignEvent {
  provider: string;
  wrapperSessionId: string;
  /** Null: the log's own id stays. */
  providerSessionId: string | null;
  kind: LogEventKindInput;
}

/**
 * Appends one `wrapper` event to the log at `logPath`; no index is touched.
 * A log that this makes starts at seq 0, where a writer's starts at 1.
 * @returns The event's seq.
 * @throws {CoreError} `INVALID_EVENT`, `EVENT_TOO_LARGE`, `LOCK_TIMEOUT`, `LOG_IO`.
 */
export function appendEventToLog(logPath: string, { provider, wrapperSessionId, providerSessionId, kind }: ForeignEvent): number {
  const draft = toDraft("wrapper", kind);
  const firstSeq = existsSync(logPath) ? 1 : 0;
  const log = LogFile.open(logPath, { provider, sessionId: wrapperSessionId, providerSessionId }, { firstSeq });
  try {
    return log.append([draft]).seqs[0] ?? 0;
  } finally {
    log.close();
  }
}
