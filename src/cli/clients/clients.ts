import { join } from "node:path";
import type { Surroundings } from "../places.js";
import { UsageError } from "../usage-error.js";

/** Where a client of this user may keep its files. */
export interface ClientPlaces extends Surroundings {
  platform: NodeJS.Platform;
}

/** How a client starts this server. */
export interface Launch {
  command: string;
  args: string[];
  /** Variables that the server needs; clients do not pass on all that they have. Absent where it needs none. */
  env?: Record<string, string>;
}

/** What a client's file holds about us; keys in the order in which they are shown. */
export type Entry = Record<string, string | string[] | Record<string, string>>;

/** Where one client keeps its MCP servers, and in what form. */
export interface Client {
  name: string;
  /** As people know it. */
  title: string;
  format: "json" | "toml";
  /** Key of the object that holds the servers by name. */
  table: "mcpServers" | "servers" | "mcp_servers";
  /** The user's own file. */
  userFile(places: ClientPlaces): string;
  /** The file of one project, from its folder; absent where the client has none. */
  projectFile?: string;
  entry(launch: Launch): Entry;
}

/** The name of our entry in every client. */
export const entryName = "session-log";

const plain = (launch: Launch): Entry => ({ ...launch });
const stdio = (launch: Launch): Entry => ({ type: "stdio", ...launch });
/** Copilot CLI offers the model only the tools that are named. */
const allTools = (launch: Launch): Entry => ({ type: "stdio", ...launch, tools: ["*"] });

/** A folder that a variable names, else one in the user's home. */
function folder({ variables, homeDir }: Surroundings, variable: string, fallback: string): string {
  return variables[variable] || join(homeDir, fallback);
}

/** Where desktop programs keep their settings. */
function settingsFolder(places: ClientPlaces): string {
  if (places.platform === "darwin") return join(places.homeDir, "Library", "Application Support");
  if (places.platform === "win32") return folder(places, "APPDATA", join("AppData", "Roaming"));
  return folder(places, "XDG_CONFIG_HOME", ".config");
}

/** The clients that `config` knows. Formats and paths as in their documentation of November 2026. */
export const clients: readonly Client[] = [
  {
    name: "claude-code",
    title: "Claude Code",
    format: "json",
    table: "mcpServers",
    userFile: (places) => join(folder(places, "CLAUDE_CONFIG_DIR", ""), ".claude.json"),
    projectFile: ".mcp.json",
    entry: allTools,
  },
  {
    name: "claude-desktop",
    title: "Claude Desktop",
    format: "json",
    table: "mcpServers",
    userFile: (places) => join(settingsFolder(places), "Claude", "claude_desktop_config.json"),
    entry: plain,
  },
  {
    name: "copilot-cli",
    title: "Copilot CLI",
    format: "json",
    table: "mcpServers",
    userFile: (places) => join(folder(places, "COPILOT_HOME", ".copilot"), "mcp-config.json"),
    projectFile: ".mcp.json",
    entry: allTools,
  },
  {
    name: "vscode",
    title: "VS Code",
    format: "json",
    table: "servers",
    userFile: (places) => join(settingsFolder(places), "Code", "User", "mcp.json"),
    projectFile: join(".vscode", "mcp.json"),
    entry: stdio,
  },
  {
    name: "gemini-cli",
    title: "Gemini CLI",
    format: "json",
    table: "mcpServers",
    userFile: (places) => join(folder(places, "GEMINI_CLI_HOME", ""), ".gemini", "settings.json"),
    projectFile: join(".gemini", "settings.json"),
    entry: plain,
  },
  {
    name: "codex",
    title: "Codex",
    format: "toml",
    table: "mcp_servers",
    userFile: (places) => join(folder(places, "CODEX_HOME", ".codex"), "config.toml"),
    projectFile: join(".codex", "config.toml"),
    entry: plain,
  },
  {
    name: "cursor",
    title: "Cursor",
    format: "json",
    table: "mcpServers",
    userFile: (places) => join(places.homeDir, ".cursor", "mcp.json"),
    projectFile: join(".cursor", "mcp.json"),
    entry: stdio,
  },
];

/** @throws {UsageError} for a client that there is not, or none; it names those that there are. */
export function clientNamed(name: string | undefined): Client {
  const client = clients.find((known) => known.name === name);
  if (client) return client;
  const names = clients.map((known) => known.name).join(", ");
  throw new UsageError(name === undefined ? `config needs a client: give ${names}` : `Unknown client "${name}": give ${names}`);
}
