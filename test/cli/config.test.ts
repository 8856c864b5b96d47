import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { describe, expect, onTestFinished, test } from "vitest";
import { getStaticTOMLValue, parseTOML } from "toml-eslint-parser";
import { clients } from "../../src/cli/clients/clients.js";
import { serverPath } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const readme = readFileSync(join(root, "README.md"), "utf8");

function config(home: string, args: string[], { cwd = home, env = {} } = {}) {
  const result = spawnSync(process.execPath, [serverPath, "config", ...args], { cwd, encoding: "utf8", env: { PATH: process.env["PATH"] ?? "", HOME: home, ...env } });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

interface Started {
  command: string;
  args: string[];
  env?: Record<string, string>;
}

/** Our entry in a file of a client. */
function entryIn(file: string, { format, table }: { format: string; table: string }): Started {
  const text = readFileSync(file, "utf8");
  const value = (format === "json" ? JSON.parse(text) : getStaticTOMLValue(parseTOML(text))) as Record<string, Record<string, Started>>;
  return value[table]?.["session-log"] as Started;
}

async function toolsOf({ command, args, env = {} }: Started, home: string): Promise<string[]> {
  const client = new Client({ name: "test", version: "1.0.0" });
  await client.connect(new StdioClientTransport({ command, args, env: { HOME: home, ...env }, cwd: home, stderr: "ignore" }));
  onTestFinished(() => client.close());
  return (await client.listTools()).tools.map(({ name }) => name);
}

describe("config", () => {
  test.each(clients.map((client) => [client.name, client] as const))("writes for %s what starts the server, with nothing else on the path, and the same that it shows", async (name, client) => {
    const home = tempDir();
    const shown = config(home, [name]);
    const file = client.userFile({ variables: {}, homeDir: home, workingDir: home, platform: process.platform });
    expect(shown).toMatchObject({ code: 0, err: expect.stringContaining(file) });
    expect(readdirSync(home)).toEqual([]);
    expect(config(home, [name, "--write"])).toMatchObject({ code: 0, err: "", out: expect.stringContaining(`Made ${file}`) });
    expect(readFileSync(file, "utf8")).toBe(shown.out);
    expect([statSync(file).mode & 0o777, ...(dirname(file) === home ? [] : [statSync(dirname(file)).mode & 0o777])]).toEqual(dirname(file) === home ? [0o600] : [0o600, 0o700]);
    expect(await toolsOf(entryIn(file, client), home)).toContain("search_sessions");
    expect(config(home, [name, "--write", "--json"]).out).toBe(`${JSON.stringify({ client: name, file, result: "unchanged" })}\n`);
    expect(readdirSync(dirname(file)).filter((found) => found.endsWith(".bak"))).toEqual([]);
  });

  test("keeps a copy of the file, its mode, and the link that it is", () => {
    const home = tempDir();
    const real = join(home, "dotfiles", "config.toml");
    const link = join(home, ".codex", "config.toml");
    const before = `# mine\r\nmodel = "x"\r\n`;
    mkdirSync(dirname(real));
    mkdirSync(dirname(link));
    writeFileSync(real, before);
    chmodSync(real, 0o640);
    symlinkSync(real, link);
    const { backup, ...said } = JSON.parse(config(home, ["codex", "--write", "--json"]).out) as { backup: string };
    expect(said).toEqual({ client: "codex", file: link, result: "changed" });
    expect(readFileSync(backup, "utf8")).toBe(before);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect([statSync(real).mode & 0o777, statSync(backup).mode & 0o777]).toEqual([0o640, 0o640]);
    expect(readFileSync(real, "utf8").startsWith(`${before}\r\n[mcp_servers.session-log]\r\n`)).toBe(true);
  });

  test.each([
    ["broken JSON", "cursor", ".cursor/mcp.json", Buffer.from('{"mcpServers": '), "it is not JSON"],
    ["broken TOML", "codex", ".codex/config.toml", Buffer.from("model = "), "it is not TOML: line 1"],
    ["UTF-16", "cursor", ".cursor/mcp.json", Buffer.from("\uFEFF{}", "utf16le"), "it is not UTF-8"],
  ])("refuses %s, says so, and leaves the file as it is", (_case, client, name, bytes, message) => {
    const home = tempDir();
    const file = join(home, name);
    mkdirSync(dirname(file));
    writeFileSync(file, bytes);
    const { code, out, err } = config(home, [client, "--write"]);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain(`Cannot put session-log into "${file}": ${message}`);
    expect(err).not.toContain("    at ");
    expect(readFileSync(file).equals(bytes)).toBe(true);
    expect(readdirSync(dirname(file))).toHaveLength(1);
  });

  test("refuses a folder in the file's place, and a project's file for a client that has none", () => {
    const home = tempDir();
    mkdirSync(join(home, ".cursor", "mcp.json"), { recursive: true });
    expect(config(home, ["cursor", "--write"])).toMatchObject({ code: 1, err: expect.stringContaining("the system says EISDIR") });
    expect(config(home, ["claude-desktop", "--project"])).toMatchObject({ code: 2, err: expect.stringContaining("Claude Desktop has no file for a project") });
  });

  test("writes into the project that it runs in, with the options it was given", () => {
    const home = tempDir();
    const project = tempDir();
    expect(config(home, ["vscode", "--project", "--write", "--home", "logs", "--read-only"], { cwd: project, env: { CODEX_HOME: "/c" } }).code).toBe(0);
    expect(entryIn(join(project, ".vscode", "mcp.json"), { format: "json", table: "servers" })).toEqual({
      type: "stdio",
      command: process.execPath,
      args: [serverPath, "--home", join(project, "logs"), "--read-only"],
      env: { CODEX_HOME: "/c" },
    });
    expect(readdirSync(home)).toEqual([]);
  });
});

describe("what is printed elsewhere", () => {
  const snippet = (client: string) => config(tempDir(), [client]).out;
  const block = (language: string) => new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(readme)?.[1];

  test("is in the README what config prints, but for the paths", () => {
    const shown = (client: string) => snippet(client).replace(JSON.stringify(process.execPath), '"node"').replace(serverPath, "/path/to/session-log-mcp/dist/main.js");
    expect(block("json")).toBe(shown("claude-code"));
    expect(block("json")).toBe(shown("copilot-cli"));
    expect(block("toml")).toBe(shown("codex"));
  });

  test("is in mcp.json what config prints where npx runs it", () => {
    const home = tempDir();
    const installed = join(home, "_npx", "0", "node_modules", "session-log-mcp");
    mkdirSync(installed, { recursive: true });
    execFileSync("cp", ["-r", dirname(serverPath), join(root, "package.json"), installed]);
    const printed = execFileSync(process.execPath, [join(installed, "dist", "main.js"), "config", "claude-code"], { encoding: "utf8", env: { HOME: home }, stdio: ["ignore", "pipe", "ignore"] });
    expect(readFileSync(join(root, "mcp.json"), "utf8")).toBe(printed);
  });

  test("is in the README's table every client with its name and its project's file", () => {
    const rows = clients.map(({ name, title, projectFile }) => new RegExp(`^\\| ${title} \\| \`${name}\` \\| .* \\|${projectFile ? ` \`${projectFile}\`` : ""} \\|$`, "m"));
    expect(rows.filter((row) => !row.test(readme))).toEqual([]);
  });
});
