import { join } from "node:path";
import { onTestFinished } from "vitest";
import { LogFile, type LogFileOptions, type LogIdentity } from "../../src/log/log-file.js";
import { tempDir } from "../helpers/temp-dir.js";

export const acme: LogIdentity = { provider: "acme", sessionId: "s1", providerSessionId: null };

/** Path of a log that is not there yet. */
export function newLogPath(): string {
  return join(tempDir(), "logs", "sessions", "s1.jsonl");
}

/** A log that is closed when the test has finished. */
export function openLog(path: string, identity: Partial<LogIdentity> = {}, options: LogFileOptions = {}): LogFile {
  const log = LogFile.open(path, { ...acme, ...identity }, options);
  onTestFinished(() => log.close());
  return log;
}
