import { join } from "node:path";
import { onTestFinished } from "vitest";
import { Ingest, type IngestOptions } from "../../src/ingest/ingest.js";
import { Home } from "../../src/log/home.js";
import { SessionLogs } from "../../src/log/session-logs.js";
import { providers } from "../../src/providers/registry.js";
import { tempDir } from "../helpers/temp-dir.js";

export interface OpenIngest {
  ingest: Ingest;
  logs: SessionLogs;
  /** The home of the logs. */
  dir: string;
  /** The provider's config folder. */
  claudeDir: string;
  warnings: string[];
  /** Closes both, as the end of a server does. */
  close(): Promise<void>;
}

/** An ingester on real files in folders of their own, closed when the test has finished. Its intervals are short. */
export function openIngest(options: { dir?: string; claudeDir?: string } & Partial<Omit<IngestOptions, "home" | "logs">> = {}): OpenIngest {
  const { dir = tempDir(), claudeDir = join(tempDir(), ".claude"), ...rest } = options;
  const warnings: string[] = [];
  const home = new Home({ dir });
  const logs = new SessionLogs(home);
  const ingest = new Ingest({
    home,
    logs,
    providers,
    environment: { homeDir: join(claudeDir, ".."), variables: { CLAUDE_CONFIG_DIR: claudeDir }, platform: "linux" },
    enabled: ["claude"],
    exclude: [],
    writes: true,
    readOnly: false,
    isAlive: () => false,
    findByNative: () => undefined,
    onWarning: (message) => warnings.push(message),
    intervals: { leaseMs: 100, quietMs: 150, sweepMs: 500, processMs: 50 },
    ...rest,
  });
  const close = async (): Promise<void> => {
    await ingest.close();
    logs.close();
  };
  onTestFinished(close);
  return { ingest, logs, dir, claudeDir, warnings, close };
}
