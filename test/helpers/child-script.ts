import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { tempDir } from "./temp-dir.js";

const project = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Runs TypeScript in processes of their own, each with its number as first argument.
 * @param source May import from `src/…`, as seen from the project's folder.
 * @throws {Error} with what the process said on stderr, where one fails.
 */
export async function runInProcesses(source: string, processes: number, args: readonly string[] = []): Promise<void> {
  const script = bundleScript(source);
  await Promise.all(Array.from({ length: processes }, (_, number) => run(script, [String(number), ...args])));
}

/**
 * Bundles TypeScript into a file that a process of its own can run (with `childEnv`).
 * @param source May import from `src/…`, as seen from the project's folder.
 */
export function bundleScript(source: string): string {
  const script = join(tempDir(), "child.mjs");
  buildSync({
    stdin: { contents: source, resolveDir: project, loader: "ts" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    outfile: script,
    logLevel: "error",
  });
  return script;
}

/** Environment in which such a script finds the packages that are not bundled. */
export const childEnv = { ...process.env, NODE_PATH: join(project, "node_modules") };

async function run(script: string, args: string[]): Promise<void> {
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ["ignore", "ignore", "pipe"],
    env: childEnv,
  });
  let stderr = "";
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`Process ${args[0]} ended with ${code}: ${stderr}`);
}
