import { parseWhen } from "../../schema/time.js";
import { defineCommand } from "../command.js";
import type { Given } from "../given.js";
import type { ImportCommandOptions } from "../import.js";
import { UsageError } from "../usage-error.js";

/** Takes in native logs now. */
export const importLogs = defineCommand<ImportCommandOptions>({
  name: "import",
  summary: "take in the native logs of coding agents, then end",
  about: "Nothing is written twice; what a stopped import brought stays. A running server does the same by itself.",
  args: [],
  flags: [
    { name: "provider", value: "NAME", repeatable: true, text: "only this provider; repeatable", completes: "provider" },
    { name: "since", value: "WHEN", text: "only files written since: a time, a date or an age such as 3d" },
    { name: "dry-run", text: "read everything, write nothing" },
    { name: "force", text: "read every file from its start, whatever was read before" },
    { name: "json", text: "print the report as JSON" },
  ],
  examples: [
    ["import", "everything that is new"],
    ["import --provider claude --since 1w", "what Claude Code wrote in the last week"],
    ["import --dry-run --json", "what an import would bring"],
  ],
  read(given) {
    const providers = given.texts("provider");
    const sinceMs = sinceOf(given);
    return {
      ...(providers !== undefined && { providers }),
      ...(sinceMs !== undefined && { sinceMs }),
      dryRun: given.isSet("dry-run"),
      force: given.isSet("force"),
      json: given.isSet("json"),
    };
  },
  providers: ({ providers }) => providers ?? [],
  async run(options, context) {
    const { importCommand } = await import("../import.js");
    const { ingest } = await context.services({ imports: true });
    return importCommand(ingest, options, context);
  },
});

function sinceOf(given: Given): number | undefined {
  const since = given.text("since");
  const sinceMs = since === undefined ? undefined : parseWhen(since, given.surroundings.nowMs);
  if (since === undefined || sinceMs !== undefined) return sinceMs;
  throw new UsageError(`--since "${since}" is no time: give RFC 3339, YYYY-MM-DD or an age such as 30m, 2h, 3d, 1w`);
}
