import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A new empty folder, removed when the test that asked for it has finished. Its path is free of links. */
export function tempDir(): string {
  const dir = mkdtempSync(join(realpathSync(tmpdir()), "session-log-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));
  return dir;
}
