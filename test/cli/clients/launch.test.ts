import { describe, expect, test } from "vitest";
import { clients } from "../../../src/cli/clients/clients.js";
import { launchOf } from "../../../src/cli/clients/launch.js";
import { parseCommandLine } from "../../../src/cli/command-line.js";

const surroundings = { variables: {} as Record<string, string>, homeDir: "/home/kim", workingDir: "/work" };

function launched(args: string[] = [], { nodePath = "/bin/node", scriptPath = "/opt/x/dist/main.js", platform = "linux" as NodeJS.Platform, variables = {} } = {}) {
  const here = { ...surroundings, variables, nowMs: 0 };
  const line = parseCommandLine(["config", "codex", ...args], here);
  if (line.command !== "config") throw new Error(`${line.command} configures nothing`);
  return launchOf({ nodePath, scriptPath, platform }, line.common, { surroundings: here });
}

describe("launchOf()", () => {
  test("starts this installation by this Node, whatever is on the path of the client", () => {
    expect(launched()).toEqual({ command: "/bin/node", args: ["/opt/x/dist/main.js"] });
    expect(launched([], { nodePath: "/opt/homebrew/Cellar/node@22/22.1.0/bin/node" }).command).toBe("/opt/homebrew/opt/node@22/bin/node");
  });

  test("starts the published package where npx runs it", () => {
    const scriptPath = "/home/kim/.npm/_npx/0123abcd/node_modules/session-log-mcp/dist/main.js";
    expect(launched(["--read-only"], { scriptPath })).toEqual({ command: "npx", args: ["-y", "session-log-mcp", "--read-only"] });
    const windows = "C:\\Users\\kim\\AppData\\Local\\npm-cache\\_npx\\0123\\node_modules\\session-log-mcp\\dist\\main.js";
    expect(launched([], { scriptPath: windows, platform: "win32" })).toEqual({ command: "cmd", args: ["/c", "npx", "-y", "session-log-mcp"] });
  });

  test("hands on what this command was told, with absolute paths", () => {
    const args = ["--home", "h", "--providers", "claude,codex", "--exclude", "~/b", "--durable", "--show-secrets"];
    expect(launched(args, { variables: { SESSION_LOG_EXCLUDE: "/a" } }).args.slice(1)).toEqual(
      ["--home", "/work/h", "--providers", "claude,codex", "--exclude", "/a", "--exclude", "/home/kim/b", "--durable", "--show-secrets"],
    );
    expect(launched([], { variables: { SESSION_LOG_HOME: "~/.zag" } }).args.slice(1)).toEqual(["--home", "/home/kim/.zag"]);
  });

  test("hands on the variables that say where logs are, since clients keep theirs back", () => {
    const variables = { CODEX_HOME: "~/c", COPILOT_HOME: "", ZAG_USER_LOG_DIR: "logs" };
    expect(launched([], { variables }).env).toEqual({ CODEX_HOME: "/home/kim/c", ZAG_USER_LOG_DIR: "/work/logs" });
  });
});

describe("clients", () => {
  const files = (platform: NodeJS.Platform, variables: Record<string, string> = {}) => Object.fromEntries(clients.map((client) => [client.name, client.userFile({ ...surroundings, platform, variables })]));

  test("have their files where they look for them", () => {
    expect(files("linux")).toEqual({
      "claude-code": "/home/kim/.claude.json",
      "claude-desktop": "/home/kim/.config/Claude/claude_desktop_config.json",
      "copilot-cli": "/home/kim/.copilot/mcp-config.json",
      vscode: "/home/kim/.config/Code/User/mcp.json",
      "gemini-cli": "/home/kim/.gemini/settings.json",
      codex: "/home/kim/.codex/config.toml",
      cursor: "/home/kim/.cursor/mcp.json",
    });
    expect(files("darwin")).toMatchObject({
      "claude-desktop": "/home/kim/Library/Application Support/Claude/claude_desktop_config.json",
      vscode: "/home/kim/Library/Application Support/Code/User/mcp.json",
    });
    expect(files("win32", { APPDATA: "/roaming" })).toMatchObject({ "claude-desktop": "/roaming/Claude/claude_desktop_config.json", vscode: "/roaming/Code/User/mcp.json" });
  });

  test("go by the variables that move their files", () => {
    const variables = { CLAUDE_CONFIG_DIR: "/1", COPILOT_HOME: "/2", GEMINI_CLI_HOME: "/3", CODEX_HOME: "/4", XDG_CONFIG_HOME: "/5" };
    expect(files("linux", variables)).toMatchObject({
      "claude-code": "/1/.claude.json",
      "copilot-cli": "/2/mcp-config.json",
      "gemini-cli": "/3/.gemini/settings.json",
      codex: "/4/config.toml",
      vscode: "/5/Code/User/mcp.json",
    });
  });
});
