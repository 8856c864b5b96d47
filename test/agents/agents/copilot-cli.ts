import type { Agent } from "../agent.js";
import { writeJson } from "../write-json.js";
import { anthropic } from "../wires/anthropic.js";

/** As of 1.0.102. */
export const copilotCli: Agent = {
  title: "Copilot CLI",
  command: "copilot",
  client: "copilot-cli",
  wire: anthropic,
  variables: ({ baseUrl }) => ({
    COPILOT_OFFLINE: "true",
    COPILOT_AUTO_UPDATE: "false",
    COPILOT_PROVIDER_TYPE: "anthropic",
    COPILOT_PROVIDER_BASE_URL: baseUrl,
    COPILOT_PROVIDER_API_KEY: "scripted-model",
    COPILOT_MODEL: "claude-sonnet-4",
  }),
  configure({ home, workspace }) {
    writeJson([home, ".copilot", "settings.json"], { banner: "never", trustedFolders: [workspace] });
  },
  args: (prompt) => ["--prompt", prompt, "--allow-all-tools", "--disable-builtin-mcps"],
  toolName: (tool) => `session-log-${tool}`,
  shell: (command) => ({ name: "bash", input: { command, description: "Reads the gauge" } }),
  tellsItsSession: true,
  showsInstructions: false,
  statusAfter: "ended",
};
