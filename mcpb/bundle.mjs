/**
 * Packs the built server into one file that Claude Desktop and others install by a click: `node mcpb/bundle.mjs [FILE]`.
 * It holds what runs and nothing else: the built command, and @photostructure/sqlite with its binaries of every platform, since
 * a host may run an older Node of its own, without a SQLite that is new enough.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { packExtension } from "@anthropic-ai/mcpb";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const pack = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const file = resolve(process.argv[2] ?? join(root, `${pack.name}-${pack.version}.mcpb`));

/** What of each package is needed at run time. */
const packages = {
  "@photostructure/sqlite": ["package.json", "LICENSE", "dist/index.cjs", "prebuilds"],
  "node-gyp-build": ["package.json", "LICENSE", "index.js", "node-gyp-build.js"],
};

/** The tools as a host shows them before it has started the server. */
async function tools(home) {
  const client = new Client({ name: "bundle", version: pack.version });
  const env = { HOME: home, USERPROFILE: home };
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [join(root, "dist/main.js"), "--no-import"], env, cwd: home }));
  const listed = await client.listTools();
  await client.close();
  return listed.tools.map(({ name, title }) => ({ name, description: title }));
}

function manifest(listed) {
  const entryPoint = "dist/main.js";
  return {
    manifest_version: "0.3",
    name: pack.name,
    display_name: "Session log",
    version: pack.version,
    description: pack.description,
    author: { name: "the session-log-mcp authors" },
    license: pack.license,
    keywords: pack.keywords,
    server: { type: "node", entry_point: entryPoint, mcp_config: { command: "node", args: [`\${__dirname}/${entryPoint}`] } },
    tools: listed,
    compatibility: { platforms: ["darwin", "win32", "linux"], runtimes: { node: pack.engines.node } },
  };
}

function copyInto(folder) {
  mkdirSync(join(folder, "dist"));
  // dist/index.js is the library.
  const scripts = readdirSync(join(root, "dist")).filter((name) => /\.(js|json)$/.test(name) && name !== "index.js");
  for (const name of scripts) cpSync(join(root, "dist", name), join(folder, "dist", name));
  cpSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  for (const [name, parts] of Object.entries(packages)) {
    for (const part of parts) cpSync(join(root, "node_modules", name, part), join(folder, "node_modules", name, part), { recursive: true, dereference: true });
  }
  // Node takes the files for modules because of it.
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: pack.name, version: pack.version, type: pack.type }));
}

const work = mkdtempSync(join(tmpdir(), "session-log-bundle-"));
try {
  const folder = join(work, "bundle");
  const home = join(work, "home");
  mkdirSync(folder);
  mkdirSync(home);
  copyInto(folder);
  writeFileSync(join(folder, "manifest.json"), `${JSON.stringify(manifest(await tools(home)), undefined, 2)}\n`);
  if (!(await packExtension({ extensionPath: folder, outputPath: file, silent: true }))) throw new Error(`Cannot pack "${file}": the manifest is not valid`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
