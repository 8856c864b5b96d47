import type { Agent } from "../agent.js";
import { writeJson } from "../write-json.js";
import { anthropic } from "../wires/anthropic.js";

const apiKey = "sk-ant-api03-scripted-model";

/** As of 2.1.197. */
export const claudeCode: Agent = {
  title: "Claude Code",
  command: "claude",
  client: "claude-code",
  wire: anthropic,
  variables: ({ baseUrl }) => ({
    ANTHROPIC_BASE_URL: baseUrl,
    ANTHROPIC_API_KEY: apiKey,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    DISABLE_AUTOUPDATER: "1",
  }),
  configure({ home, workspace }) {
    writeJson([home, ".claude.json"], {
      hasCompletedOnboarding: true,
      customApiKeyResponses: { approved: [apiKey.slice(-20)], rejected: [] },
      projects: { [workspace]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true } },
    });
    writeJson([home, ".claude", "settings.json"], { permissions: { allow: ["Bash", "mcp__session-log"] } });
  },
  args: (prompt) => ["--print", prompt, "--model", "claude-opus-5-5"],
  toolName: (tool) => `mcp__session-log__${tool}`,
  shell: (command) => ({ name: "Bash", input: { command, description: "Reads the gauge" } }),
  readResource: (uri) => ({ name: "ReadMcpResourceTool", input: { server: "session-log", uri } }),
  promptCommand: (name, argument) => `/mcp__session-log__${name} ${argument}`,
  tellsItsSession: true,
  showsInstructions: true,
  statusAfter: "live",
};
