import { defineCommand } from "../command.js";
import type { ListCommandOptions } from "../list.js";
import { jsonFlag, sessionFlags, textArguments } from "../session-flags.js";

/** Sessions, as a table. */
export const list = defineCommand<ListCommandOptions>({
  name: "list",
  summary: "list sessions, latest first",
  args: [],
  flags: [
    ...sessionFlags,
    { name: "status", value: "STATUS", text: "live: being written; stale: silent, not ended; ended", choices: ["live", "ended", "stale"] },
    { name: "text", value: "TEXT", text: "only those with this in their title or id" },
    { name: "children", text: "also sessions that others spawned" },
    { name: "limit", value: "N", text: "how many (default 20)" },
    { name: "full", text: "with --json: all that is known of each" },
    jsonFlag,
  ],
  examples: [
    ["list", "the latest sessions"],
    ["list --workspace . --since 1w", "of this folder, in the last week"],
    ["list --file src/print.ts --limit 100", "those whose tools touched a file"],
    ["list --status live --json", "what is being written now, for a script"],
  ],
  read: (given) => ({
    filters: {
      ...textArguments(given, ["provider", "workspace", "file", "since", "until", "status", "text"]),
      ...(given.isSet("children") && { include_children: true }),
      ...(given.isSet("full") && { detail: "full" }),
    },
    limit: given.whole("limit", { min: 1 }) ?? 20,
    json: given.isSet("json"),
  }),
  async run(options, context) {
    const { listCommand } = await import("../list.js");
    return listCommand(options, context);
  },
});
