import { join } from "node:path";
import type { CommonOptions } from "../common-options.js";
import { absolutePath, type Surroundings } from "../places.js";
import type { Launch } from "./clients.js";

/** What runs now. Paths are absolute. */
export interface Installation {
  nodePath: string;
  scriptPath: string;
  platform: NodeJS.Platform;
}

const providerHomes = ["CLAUDE_CONFIG_DIR", "CODEX_HOME", "GEMINI_CLI_HOME", "COPILOT_HOME"];

/**
 * The command that starts a server which sees what this process sees: same installation, same options, same folders of logs.
 * Run by npx, it is the published package; else this file, by this Node, since an editor that was not started in a terminal has no `node` on its path.
 */
export function launchOf(installation: Installation, common: CommonOptions, { surroundings }: { surroundings: Surroundings }): Launch {
  const [command, ...args] = [...program(installation), ...serveArguments(common, surroundings)] as [string, ...string[]];
  const env = environmentOf(common, surroundings);
  return { command, args, ...(Object.keys(env).length > 0 && { env }) };
}

function program({ nodePath, scriptPath, platform }: Installation): string[] {
  if (!/[/\\]_npx[/\\]/.test(scriptPath)) return [stableNode(nodePath), scriptPath];
  const npx = ["npx", "-y", "session-log-mcp"];
  // On Windows npx is a batch file, which only the command processor can start.
  return platform === "win32" ? ["cmd", "/c", ...npx] : npx;
}

/** Homebrew removes `Cellar/node/<version>` at the next upgrade, and keeps `opt/node`. */
function stableNode(nodePath: string): string {
  return nodePath.replace(/\/Cellar\/([^/]+)\/[^/]+\//, "/opt/$1/");
}

function serveArguments(common: CommonOptions, { homeDir }: Surroundings): string[] {
  const { home, providers, exclude, readOnly, durable, showSecrets } = common;
  return [
    ...(home === join(homeDir, ".session-log") ? [] : ["--home", home]),
    ...(providers ? ["--providers", providers.join(",")] : []),
    ...exclude.flatMap((path) => ["--exclude", path]),
    ...(readOnly ? ["--read-only"] : []),
    ...(durable ? ["--durable"] : []),
    ...(showSecrets ? ["--show-secrets"] : []),
  ];
}

function environmentOf({ userLogDir }: CommonOptions, surroundings: Surroundings): Record<string, string> {
  const homes = providerHomes.flatMap((name) => {
    const path = surroundings.variables[name];
    return path ? [[name, absolutePath(path, surroundings)]] : [];
  });
  return { ...(userLogDir !== undefined && { ZAG_USER_LOG_DIR: userLogDir }), ...Object.fromEntries(homes) };
}
