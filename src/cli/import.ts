import type { ImportOptions, IngestPort } from "../schema/ports.js";
import type { ImportCommandOptions } from "./command-line.js";
import { reportJson, reportText } from "./import-report.js";

/** Where a command writes. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Whether `err` goes to a terminal, and so a progress line makes sense. */
  isErrTerminal: boolean;
}

const showAfterMs = 1000;
const clearLine = "\r\u001b[K";

/** A line on stderr that says how far the import is, once it takes longer than a second. */
function progressLine(terminal: Terminal, startMs: number): NonNullable<ImportOptions["onProgress"]> {
  return ({ files, filesTotal, bytes, bytesTotal }) => {
    if (!terminal.isErrTerminal || performance.now() - startMs < showAfterMs) return;
    const percent = bytesTotal === 0 ? 100 : Math.floor((100 * bytes) / bytesTotal);
    const done = "#".repeat(Math.floor(percent / 5)).padEnd(20, "-");
    terminal.err(`${clearLine}[${done}] ${percent} %  ${files} of ${filesTotal} files`);
  };
}

/**
 * Takes in the native logs and reports.
 * @returns The exit code: 0, or 1 where a file could not be read.
 */
export async function importCommand(
  ingest: IngestPort,
  options: ImportCommandOptions,
  { terminal, signal }: { terminal: Terminal; signal: AbortSignal },
): Promise<0 | 1> {
  const { json, ...importOptions } = options;
  const startMs = performance.now();
  const report = await ingest.import({ ...importOptions, signal, onProgress: progressLine(terminal, startMs) });
  if (terminal.isErrTerminal) terminal.err(clearLine);
  terminal.out(json ? `${JSON.stringify(reportJson(report))}\n` : reportText(report));
  return report.failed.length > 0 ? 1 : 0;
}
