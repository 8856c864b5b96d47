import type { IngestPort, Mask } from "../schema/ports.js";
import { reportJson, reportText } from "./import-report.js";
import { jsonLine } from "./json-line.js";
import { grouped } from "./look/numbers.js";
import { ProgressLine } from "./progress-line.js";
import type { Terminal } from "./terminal.js";

export interface ImportCommandOptions {
  providers?: readonly string[];
  sinceMs?: number;
  dryRun: boolean;
  force: boolean;
  json: boolean;
}

/**
 * Takes in the native logs and reports. A path that could not be read may hold a secret, so the report is masked.
 * @returns The exit code: 0, or 1 where a file could not be read.
 */
export async function importCommand(
  ingest: IngestPort,
  options: ImportCommandOptions,
  { terminal, signal, mask }: { terminal: Terminal; signal: AbortSignal; mask: Mask },
): Promise<0 | 1> {
  const { json, ...importOptions } = options;
  const line = new ProgressLine(terminal);
  try {
    const { failed, ...counts } = await ingest.import({
      ...importOptions,
      signal,
      onProgress: ({ files, filesTotal, bytes, bytesTotal, events }) =>
        line.show({ done: bytes, total: bytesTotal, unit: "bytes", more: `${grouped(files)} of ${grouped(filesTotal)} files, ${grouped(events)} events` }),
    });
    const report = { ...counts, failed: failed.map(({ path, error }) => ({ path: mask(path), error: mask(error) })) };
    line.clear();
    terminal.out(json ? jsonLine(reportJson(report)) : reportText(report));
    return report.failed.length > 0 ? 1 : 0;
  } finally {
    line.clear();
  }
}
