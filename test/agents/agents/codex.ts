import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Agent } from "../agent.js";
import { codexToolSearch, responses } from "../wires/responses.js";

/** As of 0.169.0. */
export const codex: Agent = {
  title: "Codex",
  command: "codex",
  client: "codex",
  wire: responses,
  variables: () => ({ OPENAI_API_KEY: "scripted-model" }),
  configure({ home, workspace, baseUrl }) {
    mkdirSync(join(home, ".codex"), { recursive: true });
    const lines = [
      `model_provider = "scripted"`,
      `check_for_update_on_startup = false`,
      `[model_providers.scripted]`,
      `name = "scripted"`,
      `base_url = "${baseUrl}/v1"`,
      `wire_api = "responses"`,
      `[analytics]`,
      `enabled = false`,
      `[projects."${workspace}"]`,
      `trust_level = "trusted"`,
    ];
    writeFileSync(join(home, ".codex", "config.toml"), lines.map((line) => `${line}\n`).join(""));
  },
  args: (prompt) => ["exec", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox", "--model", "gpt-5.5", prompt],
  toolName: (tool) => `mcp__session_log.${tool}`,
  shell: (command) => ({ name: "exec_command", input: { cmd: command } }),
  readResource: (uri) => ({ name: "read_mcp_resource", input: { server: "session-log", uri } }),
  // Its own limit is one less than there are tools here.
  discovery: { name: codexToolSearch, input: { query: "past sessions of coding agents", limit: 20 } },
  tellsItsSession: true,
  showsInstructions: true,
  statusAfter: "live",
};
