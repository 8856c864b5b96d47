import { clientNamed, clients } from "../clients/clients.js";
import { defineCommand } from "../command.js";
import type { ConfigCommandOptions } from "../config.js";

/** Shows or writes a client's settings. */
export const config = defineCommand<ConfigCommandOptions>({
  name: "config",
  summary: "print what a client's settings need, or put it there",
  about: "The common options become part of what is printed.",
  args: [{ name: "CLIENT", text: clients.map(({ name }) => name).join(", "), completes: "client" }],
  flags: [
    { name: "write", text: "put it into the client's own file, and keep a copy of that" },
    { name: "project", text: "the file of the project in this folder, not the user's own" },
    { name: "json", text: "print it as JSON" },
  ],
  examples: [
    ["config codex", "what ~/.codex/config.toml needs"],
    ["config claude-code --write", "put it into ~/.claude.json"],
    ["config vscode --project --write --read-only", "into .vscode/mcp.json of this folder, for a server that writes nothing"],
  ],
  read: (given) => ({
    client: clientNamed(given.words[0]).name,
    write: given.isSet("write"),
    project: given.isSet("project"),
    json: given.isSet("json"),
  }),
  async run(options, context) {
    const { configCommand } = await import("../config.js");
    return configCommand(options, { ...context, files: await context.configFiles() });
  },
});
