import type { CataloguePort, LogPort, RebuildProgress, SearchPort } from "../schema/ports.js";
import { counted } from "./counted.js";
import { jsonLine } from "./json-line.js";
import { ProgressLine } from "./progress-line.js";
import type { Terminal } from "./terminal.js";

export interface RebuildCommandOptions {
  json: boolean;
  /** Leaves `index.json` and `sessions_index.json` as they are. */
  readOnly: boolean;
}

/** Makes anew what is derived from the logs, and reports. @returns The exit code. */
export async function rebuildCommand(
  { logs, catalogue, search }: { logs: LogPort; catalogue: CataloguePort; search: SearchPort },
  { json, readOnly }: RebuildCommandOptions,
  { terminal, signal }: { terminal: Terminal; signal: AbortSignal },
): Promise<0> {
  const line = new ProgressLine(terminal);
  const startMs = performance.now();
  const meanwhile = (title: string, unit: string) => ({ signal, onProgress: (progress: RebuildProgress) => line.show({ title, unit, ...progress }) });
  let searched = 0;
  try {
    const indexes = readOnly ? undefined : await logs.rebuildIndexes(meanwhile("indexes", "sessions"));
    await catalogue.rebuild(meanwhile("catalogue", "sessions"));
    const onSearch = meanwhile("search", "bytes");
    await search.rebuild({
      signal,
      onProgress: (progress) => {
        searched = progress.total;
        onSearch.onProgress(progress);
      },
    });
    line.clear();
    const sessions = catalogue.list({ includeChildren: true, limit: 1 }).total;
    const elapsedMs = Math.round(performance.now() - startMs);
    terminal.out(json ? jsonLine({ sessions, bytes: searched, ...(indexes && { mended: indexes.mended }), elapsed_ms: elapsedMs }) : textOf({ sessions, bytes: searched, mended: indexes?.mended, elapsedMs }));
    return 0;
  } finally {
    line.clear();
  }
}

function textOf({ sessions, bytes, mended, elapsedMs }: { sessions: number; bytes: number; mended: number | undefined; elapsedMs: number }): string {
  const rebuilt = `catalogue.sqlite and search.sqlite rebuilt: ${counted(sessions, "session")}, ${(bytes / 1e6).toFixed(1)} MB in ${(elapsedMs / 1000).toFixed(1)} s`;
  if (mended === undefined) return `${rebuilt}\n`;
  return `${rebuilt}\nindex.json and sessions_index.json: ${mended === 0 ? "as the logs say" : `mended for ${counted(mended, "session")}`}\n`;
}
