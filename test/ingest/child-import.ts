import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { tempDir } from "../helpers/temp-dir.js";

const project = fileURLToPath(new URL("../..", import.meta.url));

const source = `
import { Ingest } from "./src/ingest/ingest.js";
import { Home } from "./src/log/home.js";
import { SessionLogs } from "./src/log/session-logs.js";
import { providers } from "./src/providers/registry.js";
const [mode, dir, claudeDir] = process.argv.slice(2);
const home = new Home({ dir });
const ingest = new Ingest({
  home, logs: new SessionLogs(home), providers, enabled: ["claude"], exclude: [], writes: true, readOnly: false,
  environment: { homeDir: claudeDir, variables: { CLAUDE_CONFIG_DIR: claudeDir }, platform: process.platform },
  isAlive: () => false, findByNative: () => undefined, onWarning: (text) => process.stderr.write(text + "\\n"), intervals: { leaseMs: 50 },
});
process.stdout.write("ready\\n");
if (mode === "follow") {
  ingest.startBackground();
  setInterval(() => undefined, 1000);
} else {
  process.stdin.once("data", async () => {
    const report = await ingest.import({ dryRun: false, force: mode === "force" });
    await ingest.close();
    process.stdout.write(JSON.stringify(report) + "\\n");
    process.exit(report.failed.length);
  });
}
`;

/** A script that runs an ingester in a process of its own; its modes are `import`, `force` and `follow`. */
export function importScript(): string {
  const outfile = join(tempDir(), "import-child.mjs");
  const banner = { js: 'import{createRequire as __cr}from"node:module";const require=__cr(import.meta.url);' };
  buildSync({ stdin: { contents: source, resolveDir: project, loader: "ts" }, bundle: true, platform: "node", format: "esm", target: "node20", outfile, banner, logLevel: "error" });
  return outfile;
}

/** Starts it; resolves when it is ready. An import waits for `go`. */
export async function startChild(script: string, ...args: [mode: "import" | "force" | "follow", dir: string, claudeDir: string]): Promise<ChildProcess> {
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, NODE_PATH: join(project, "node_modules") },
  });
  await once(child.stdout, "data");
  return child;
}

/** Lets an import begin. */
export function go(child: ChildProcess): void {
  child.stdin?.write("go\n");
}

/** @returns The exit code, or null where a signal ended it. */
export async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const [code] = (await once(child, "close")) as [number | null];
  return code;
}
