// The other programs that the bench measures, in a folder of their own.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Of these versions the answers are known to mean the same. */
export const versions = { ccusage: "20.0.24", "transcripts-mcp": "0.1.0", "@modelcontextprotocol/server-filesystem": "2026.8.31" };

/** Kept between runs, so that a second one needs no network. */
const folder = join(tmpdir(), "session-log-bench-peers");

/** @returns The folder of the package's own files, or undefined (and why, on stderr) where it cannot be installed. */
export function installed(name) {
  const version = versions[name];
  const prefix = join(folder, `${name.replaceAll("/", "-")}-${version}`);
  const path = join(prefix, "node_modules", name);
  if (existsSync(path)) return path;
  mkdirSync(prefix, { recursive: true });
  writeFileSync(join(prefix, "package.json"), "{}");
  const { status, error, stderr } = spawnSync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", prefix, `${name}@${version}`], { encoding: "utf8", shell: process.platform === "win32" });
  if (status === 0 && existsSync(path)) return path;
  console.error(`Cannot install ${name}@${version}: ${error?.message ?? stderr}`);
  return undefined;
}
