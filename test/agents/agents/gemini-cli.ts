import type { Agent } from "../agent.js";
import { writeJson } from "../write-json.js";
import { gemini } from "../wires/gemini.js";

/** As of 0.61.0. */
export const geminiCli: Agent = {
  title: "Gemini CLI",
  command: "gemini",
  client: "gemini-cli",
  wire: gemini,
  variables: ({ baseUrl }) => ({ GEMINI_API_KEY: "scripted-model", GOOGLE_GEMINI_BASE_URL: baseUrl, GEMINI_TELEMETRY_ENABLED: "false" }),
  configure({ home }) {
    writeJson([home, ".gemini", "settings.json"], {
      security: { auth: { selectedType: "gemini-api-key" }, folderTrust: { enabled: false } },
      privacy: { usageStatisticsEnabled: false },
      general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
    });
  },
  args: (prompt) => ["--model", "gemini-2.5-pro", "--yolo", "--prompt", prompt],
  toolName: (tool) => `mcp_session-log_${tool}`,
  shell: (command) => ({ name: "run_shell_command", input: { command, description: "Reads the gauge" } }),
  readResource: (uri) => ({ name: "read_mcp_resource", input: { uri } }),
  readsListedOnly: true,
  promptCommand: (name, argument) => `/${name} ${argument}`,
  tellsItsSession: false,
  showsInstructions: true,
  statusAfter: "live",
};
