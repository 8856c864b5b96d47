import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];

/** What npm takes from the one who runs it: its registry and its cache, not this project's folder. */
const npmEnv = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:npm_package|npm_lifecycle|INIT_CWD|VITEST|NODE_ENV)/.test(name)));

function npm(args: readonly string[], cwd: string): string {
  return execFileSync("npm", args, { cwd, env: npmEnv, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}

/** The package as it would be published. */
function packed(): string {
  const folder = tempDir();
  const [made] = JSON.parse(npm(["pack", root, "--json", "--ignore-scripts", "--pack-destination", folder], tmpdir())) as { filename: string }[];
  return join(folder, made?.filename ?? "");
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

/** Starts a command and asks it over MCP for its sessions. @returns The answer, and milliseconds until it came. */
async function firstAnswer(command: string, args: readonly string[], cwd: string): Promise<{ answer: unknown; ms: number }> {
  const startMs = performance.now();
  const child = spawn(command, args, { cwd, env: { ...npmEnv, SESSION_LOG_HOME: tempDir() } });
  onTestFinished(() => void child.kill("SIGKILL"));
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  const clientInfo = { name: "test", version: "1" };
  const messages = [
    { id: 1, method: "initialize", params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo } },
    { method: "notifications/initialized" },
    { id: 2, method: "tools/call", params: { name: "list_sessions", arguments: {} } },
  ];
  child.stdin.write(messages.map((message) => `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`).join(""));
  const answer = await waitFor("an answer", () => out.split("\n").find((line) => line.includes('"id":2')), { timeoutMs: 120_000 });
  const ms = performance.now() - startMs;
  const ended = new Promise((resolve) => child.on("close", resolve));
  child.stdin.end();
  await ended;
  return { answer: (JSON.parse(answer) as { result: { structuredContent: unknown } }).result.structuredContent, ms };
}

describe("the tarball", () => {
  test("installs few packages in an empty folder, and serves", async () => {
    const folder = tempDir();
    const tarball = packed();
    const startMs = performance.now();
    npm(["install", ...quiet, tarball], folder);
    const installMs = performance.now() - startMs;
    const { packages } = JSON.parse(readFileSync(join(folder, "node_modules/.package-lock.json"), "utf8")) as { packages: Record<string, unknown> };
    const names = Object.keys(packages).map((path) => path.replace("node_modules/", ""));
    expect(names.toSorted()).toEqual(["@photostructure/sqlite", "node-addon-api", "node-gyp-build", "session-log-mcp"]);
    const { answer, ms } = await firstAnswer(join(folder, "node_modules/.bin/session-log-mcp"), ["--no-import"], folder);
    expect(answer).toMatchObject({ sessions: [] });
    const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;
    console.log(`tarball ${megabytes(statSync(tarball).size)}; installed ${megabytes(bytesIn(join(folder, "node_modules")))}, ${names.length} packages, ${(installMs / 1000).toFixed(1)} s; first answer ${Math.round(ms)} ms after its start`);
  });

  test("is run by npx where nothing is installed", async () => {
    const folder = tempDir();
    const tarball = packed();
    const { answer, ms } = await firstAnswer("npx", ["--yes", ...quiet, "--package", tarball, "--", "session-log-mcp", "--no-import"], folder);
    expect(answer).toMatchObject({ sessions: [] });
    console.log(`npx: ${(ms / 1000).toFixed(1)} s from the tarball to the first answer`);
  });
});

/** A project that has the package, the types of Node and nothing else, with the example of the library's page. */
function consumer(module: string, moduleResolution: string): string {
  const folder = tempDir();
  npm(["install", ...quiet, packed()], folder);
  mkdirSync(join(folder, "node_modules/@types"), { recursive: true });
  for (const name of ["@types/node", "undici-types"]) symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name));
  const example = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, "docs/api.md"), "utf8"))?.[1] ?? "";
  writeFileSync(join(folder, "example.ts"), example);
  const compilerOptions = { strict: true, skipLibCheck: false, exactOptionalPropertyTypes: true, target: "es2022", lib: ["es2023"], types: ["node"], preserveSymlinks: true, module, moduleResolution };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["example.ts"] }));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", dependencies: { "session-log-mcp": "*" } }));
  return folder;
}

describe("a project of somebody else", () => {
  test.each([
    ["node16", "node16"],
    ["esnext", "bundler"],
  ])("compiles against the types with module %s and resolution %s, and writes and reads a session", (module, moduleResolution) => {
    const folder = consumer(module, moduleResolution);
    const tsc = (): string => execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", folder], { encoding: "utf8" });
    expect(tsc()).toBe("");
    const said = execFileSync(process.execPath, [join(folder, "example.js"), join(folder, "home")], { cwd: folder, encoding: "utf8" });
    expect(said).toBe("2 user_message assistant_message session_ended full\n");
    writeFileSync(join(folder, "example.ts"), 'import { SessionLogWriter } from "session-log-mcp";\nSessionLogWriter.create(17);\n');
    expect(tsc).toThrow("Command failed");
  });
});
