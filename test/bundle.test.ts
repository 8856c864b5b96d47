import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { unpackExtension, v0_3 } from "@anthropic-ai/mcpb";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { describe, expect, onTestFinished, test } from "vitest";
import { tempDir } from "./helpers/temp-dir.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const pack = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { name: string; version: string; mcpName: string };

interface ServerJson {
  $schema: string;
  name: string;
  description: string;
  version: string;
  packages: { registryType: string; identifier: string; version: string; transport: { type: string } }[];
}

interface Manifest {
  version: string;
  tools: { name: string; description: string }[];
  server: { mcp_config: { command: string; args: string[] } };
}

describe("server.json", () => {
  const server = JSON.parse(readFileSync(join(root, "server.json"), "utf8")) as ServerJson;

  test("names the package that there is, in the version that it has", () => {
    expect({ name: server.name, version: server.version }).toEqual({ name: pack.mcpName, version: pack.version });
    expect(server.packages).toMatchObject([{ registryType: "npm", identifier: pack.name, version: pack.version, transport: { type: "stdio" } }]);
  });

  test("keeps within what the registry takes", () => {
    expect(server.$schema).toMatch(/\/schemas\/\d{4}-\d\d-\d\d\/server\.schema\.json$/);
    expect(server.name).toMatch(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/);
    expect(server.description.length).toBeLessThanOrEqual(100);
  });
});

describe("the bundle", () => {
  /** A new bundle, unpacked into an empty folder. */
  async function unpacked(): Promise<{ folder: string; manifest: Manifest }> {
    const folder = tempDir();
    const file = join(tempDir(), "server.mcpb");
    execFileSync(process.execPath, [join(root, "mcpb/bundle.mjs"), file]);
    expect(await unpackExtension({ mcpbPath: file, outputDir: folder, silent: true })).toBe(true);
    return { folder, manifest: JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as Manifest };
  }

  test("holds what runs and nothing else, and a manifest that the format's own schema takes", async () => {
    const { folder, manifest } = await unpacked();
    expect(v0_3.McpbManifestSchema.parse(manifest)).toMatchObject({ name: pack.name, version: pack.version });
    expect(readdirSync(folder).toSorted()).toEqual(["LICENSE", "dist", "manifest.json", "node_modules", "package.json"]);
    expect(readdirSync(join(folder, "dist")).filter((name) => !name.endsWith(".js"))).toEqual(["tools-list.json"]);
    const binaries = readdirSync(join(folder, "node_modules/@photostructure/sqlite/prebuilds"));
    expect(binaries.toSorted()).toEqual(["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64", "win32-arm64", "win32-x64"]);
  });

  test("starts in an empty folder as its manifest says, with the tools that its manifest lists", async () => {
    const { folder, manifest } = await unpacked();
    const home = tempDir();
    mkdirSync(join(home, "work"));
    const { command, args } = manifest.server.mcp_config;
    const transport = new StdioClientTransport({
      command: command === "node" ? process.execPath : command,
      args: args.map((arg) => arg.replace("${__dirname}", folder)),
      env: { HOME: home },
      cwd: join(home, "work"),
    });
    const client = new Client({ name: "test", version: "1.0.0" });
    await client.connect(transport);
    onTestFinished(() => client.close());
    expect((await client.listTools()).tools.map(({ name, title }) => ({ name, description: title }))).toEqual(manifest.tools);
    // It needs SQLite.
    expect((await client.callTool({ name: "list_sessions", arguments: {} })).structuredContent).toMatchObject({ sessions: [] });
  });
});
