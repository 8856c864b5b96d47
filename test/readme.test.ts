import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { describe, expect, it } from "vitest";
import { commands } from "../src/cli/commands.js";
import { commandOverview, optionTable } from "./helpers/command-reference.js";
import { runCommand } from "./helpers/command.js";
import { tempDir } from "./helpers/temp-dir.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const readme = readFileSync(join(root, "README.md"), "utf8");
const pack = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { name: string; scripts: Record<string, string>; bin: Record<string, string> };

function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))].map((match) => match[1] ?? "");
}

/** Runs a script of package.json as the README tells it, on a machine of its own. */
function run(script: string, env: Record<string, string>): string {
  const [command, ...args] = (pack.scripts[script] ?? "").split(" ");
  const home = tempDir();
  return execFileSync(command === "node" ? process.execPath : String(command), args, {
    cwd: root,
    encoding: "utf8",
    env: { PATH: process.env["PATH"] ?? "", HOME: home, TMPDIR: tempDir(), ...env },
  });
}

describe("the README", () => {
  it("names only npm scripts that exist", () => {
    const named = [...readme.matchAll(/npm (?:run )?(\w+)/g)].map((match) => match[1] ?? "");
    expect(named.filter((name) => name !== "ci" && !(name in pack.scripts))).toEqual([]);
    expect(blocks("sh").map((block) => block.trim())).toEqual(["npm ci && npm run demo", "npm ci && npm test", "node dist/main.js config claude-code --write"]);
  });

  it("has a demo that shows the bundled sessions where the machine has none", () => {
    const output = run("demo", {});
    expect(output).toContain("2 sessions imported");
    expect(output).toContain("Blank receipts after midnight");
    expect(output).toContain("tool_call Bash: npm test -- print");
    expect(output).toContain("assistant_message: Receipts now take the template of the previous day");
  });

  it("shows of the terminal what the program prints of the bundled sessions", async () => {
    const [, typed = "", shown = ""] = /^\$ session-log-mcp (.*)\n([\s\S]*)$/.exec(blocks("console")[0] ?? "") ?? [];
    const [home, own] = [tempDir(), { CLAUDE_CONFIG_DIR: join(root, "test/demo/claude") }];
    await runCommand(["import", "--home", home], { env: own });
    const { out, err } = await runCommand([...typed.split(" "), "--home", home]);
    // For some days it says how long ago that was.
    expect({ out: out.replaceAll(/\d+ \w+ ago/g, "2026-11-20"), err }).toEqual({ out: shown, err: "" });
  });

  it("has a picture that is there, in less than 150 KB", () => {
    const [, path = ""] = /!\[[^\]]+\]\(([^)]+)\)/.exec(readme) ?? [];
    const picture = readFileSync(join(root, path));
    expect(picture.subarray(1, 4).toString()).toBe("PNG");
    expect(picture.length).toBeLessThan(150_000);
  });

  it("has a demo that shows the sessions of the machine where there are some", () => {
    const config = tempDir();
    const projects = join(config, "projects", "-tmp-x");
    mkdirSync(projects, { recursive: true });
    const bundled = join(root, "test/demo/claude/projects/-home-mira-kiosk/c7e2a1f4-18b6-4d55-8e0b-52a9f0d3e6aa.jsonl");
    execFileSync("cp", [bundled, projects]);
    const output = run("demo", { CLAUDE_CONFIG_DIR: config });
    expect(output).toContain("What coding agents logged on this machine");
    expect(output).toContain("1 sessions imported");
  });

  it("shows a mcpServers block that starts the server, and that of mcp.json but for the command", async () => {
    type Block = { mcpServers: Record<string, { type: string; command: string; args: string[]; tools: string[] }> };
    const [shown] = blocks("json").map((block) => JSON.parse(block) as Block);
    const shipped = JSON.parse(readFileSync(join(root, "mcp.json"), "utf8")) as Block;
    const entry = shown?.mcpServers["session-log"];
    if (!entry) throw new Error("There is no block in the README");
    const { command, args, ...more } = entry;
    expect(shipped.mcpServers["session-log"]).toEqual({ ...more, command: "npx", args: ["-y", pack.name] });
    expect(blocks("toml")[0]).toContain(`command = "${command}"\nargs = ${JSON.stringify(args)}`);
    const home = tempDir();
    const own = args.map((arg) => arg.replace("/path/to/session-log-mcp", root));
    const transport = new StdioClientTransport({ command, args: own, cwd: home, env: { PATH: process.env["PATH"] ?? "", HOME: home } });
    const client = new Client({ name: "test", version: "1.0.0" });
    await client.connect(transport);
    expect(client.getServerVersion()?.name).toBe("session-log");
    await client.close();
  });

  it.each([
    ["README.md", commandOverview],
    ["docs/command-line.md", optionTable],
  ])("has in %s the commands or their options as they are defined", (name, reference) => {
    const [before = "", rest = ""] = readFileSync(join(root, name), "utf8").split("<!-- commands -->\n");
    const [shown, after = ""] = rest.split("<!-- end of commands -->\n");
    // Asked for, the text is brought up to date for the next run; what changed is seen by git.
    if (process.env["UPDATE_README"]) writeFileSync(join(root, name), `${before}<!-- commands -->\n${reference()}<!-- end of commands -->\n${after}`);
    expect(shown).toBe(reference());
  });

  it("lists every option of the command line, and only those", () => {
    const helpOf = (...args: string[]) => execFileSync(process.execPath, [join(root, pack.bin["session-log-mcp"] ?? ""), ...args, "--help"], { encoding: "utf8" });
    const help = [helpOf(), ...commands.map(({ name }) => helpOf(name))].join("\n");
    const page = readFileSync(join(root, "docs/command-line.md"), "utf8");
    const optionsOf = (text: string) => [...new Set([...text.matchAll(/--[a-z][a-z-]+/g)].map(([option]) => option))].toSorted();
    const listed = optionsOf(page);
    expect(listed).toEqual(optionsOf(help));
    expect(listed).toContain("--home");
  });
});
