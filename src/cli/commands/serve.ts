import { defineCommand } from "../command.js";
import type { Given } from "../given.js";

/** The MCP server. */
export const serve = defineCommand<{ imports: boolean }>({
  name: "serve",
  summary: "serve MCP on stdin and stdout (default)",
  about: "Coding agents start this by themselves; `config CLIENT` says what their settings need. It imports and follows native logs in the background.",
  args: [],
  flags: [{ name: "no-import", text: "do not look for native logs" }],
  examples: [
    ["", "what a client's settings start"],
    ["serve --read-only --providers claude", "answer from what is there, of Claude Code alone"],
  ],
  read: serveOptions,
  async run(options, context) {
    await context.serve(options);
    return 0;
  },
});

/** Its options. */
export function serveOptions(given: Given): { imports: boolean } {
  return { imports: !given.isSet("no-import") };
}
