import { z } from "zod";
import type { ImportReport, Mask } from "../../schema/ports.js";
import { providerArg } from "../arguments/short-text.js";
import { sinceArg, whenArgument } from "../arguments/when.js";
import { withoutUndefined } from "../arguments/without-undefined.js";
import { defineTool } from "../tool.js";
import { firstCodePoints } from "../views/cut-text.js";

const counts = { imported: z.number(), updated: z.number(), unchanged: z.number(), events: z.number() };

/** Failures that an answer names; the others are counted. */
const shownFailures = 20;
const maxErrorChars = 200;

/** Brings what the providers have written into the logs. */
export const importSessions = defineTool({
  name: "import_sessions",
  title: "Import sessions",
  description:
    "Import the native logs of coding agents now. The server does this by itself at its start and while they grow: use it after --no-import, for since or force, or to see what an import would do (dry_run). Nothing is written twice; what a cancelled import brought stays.",
  args: z.strictObject({
    providers: z.array(providerArg).optional().describe("claude, codex, gemini, copilot; default: all that are enabled"),
    since: sinceArg,
    dry_run: z.boolean().default(false).describe("Read and count, write nothing"),
    force: z.boolean().default(false).describe("Read every file from its start"),
  }),
  output: z.object({
    ...counts,
    failed: z.array(z.object({ path: z.string(), error: z.string() })).optional(),
    failed_more: z.number().optional(),
    bytes: z.number(),
    by_provider: z.record(z.string(), z.object(counts)),
    elapsed_ms: z.number(),
  }),
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  writes: true,
  async run(args, context) {
    const sinceMs = whenArgument("since", args.since, { nowMs: context.now() });
    const report = await context.ingest.import({
      ...withoutUndefined({ providers: args.providers, sinceMs }),
      dryRun: args.dry_run,
      force: args.force,
      signal: context.signal,
      onProgress: ({ files, filesTotal, bytes, bytesTotal }) =>
        context.progress({ progress: bytes, total: bytesTotal, message: `${files} of ${filesTotal} files` }),
    });
    return importAnswer(report, context.mask);
  },
});

function importAnswer({ imported, updated, unchanged, failed, events, bytes, byProvider, elapsedMs }: ImportReport, mask: Mask) {
  const shown = failed.slice(0, shownFailures).map(({ path, error }) => ({ path: mask(path), error: firstCodePoints(mask(error), maxErrorChars) }));
  const failures = { failed: shown, ...(failed.length > shown.length && { failed_more: failed.length - shown.length }) };
  return {
    imported,
    updated,
    unchanged,
    events,
    ...(shown.length > 0 && failures),
    bytes,
    by_provider: byProvider,
    elapsed_ms: Math.round(elapsedMs),
  };
}
