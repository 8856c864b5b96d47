import { homedir } from "node:os";
import type { Surroundings } from "../cli/places.js";

/** The only environment variables that are read; who else needs one gets it from here. */
const variableNames = [
  "SESSION_LOG_HOME",
  "SESSION_LOG_EXCLUDE",
  "ZAG_USER_LOG_DIR",
  "ZAG_SESSION_ID",
  "CLAUDE_CODE_SESSION_ID",
  "COPILOT_AGENT_SESSION_ID",
  "CLAUDE_CONFIG_DIR",
  "CODEX_HOME",
  "GEMINI_CLI_HOME",
  "COPILOT_HOME",
  "APPDATA",
  "XDG_CONFIG_HOME",
  "XDG_STATE_HOME",
  "XDG_DATA_HOME",
  "NO_COLOR",
  "TERM",
  "PAGER",
];

/** Where this process runs, and on what platform. */
export interface Environment extends Surroundings {
  platform: NodeJS.Platform;
}

/** The environment of this process, as it is now. */
export function takeEnvironment(): Environment {
  const variables = Object.fromEntries(variableNames.map((name) => [name, process.env[name]]));
  return { variables, homeDir: homedir(), workingDir: process.cwd(), platform: process.platform };
}
