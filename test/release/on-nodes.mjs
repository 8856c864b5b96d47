/**
 * Runs the tests of what the bundle does on each version of Node that is installed beside this file, and on the SQLite that each brings:
 * `npm run test:nodes`. What fails on one does not keep the others from being tried.
 */
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));
const installed = fileURLToPath(new URL("nodes/node_modules", import.meta.url));

/** Start, tools, import, search and kills, each through processes of the built command. */
const suites = ["test/main", "test/mcp/calls", "test/mcp/tools", "test/io/sqlite", "test/ingest/import", "test/search/words", "test/search/processes", "test/cli/gc", "test/faults/kills"];

/** Says which SQLite a Node gets. */
const engineScript = join(root, "dist/which-engine.mjs");
buildSync({
  stdin: { contents: 'import { sqliteEngine } from "./src/io/sqlite.js"; const { name, version } = sqliteEngine(); console.log(name, version);', resolveDir: root, loader: "ts" },
  bundle: true,
  platform: "node",
  format: "esm",
  external: ["@photostructure/sqlite"],
  banner: { js: 'import{createRequire as __cr}from"node:module";const require=__cr(import.meta.url);' },
  outfile: engineScript,
});

function runOn(node) {
  const env = { ...process.env, FAULT_SECONDS: process.env.FAULT_SECONDS ?? "5", PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
  const said = (args) => spawnSync(node, args, { encoding: "utf8", env }).stdout.trim();
  console.log(`\n# Node ${said(["-p", "process.version"])}, ${said([engineScript])}`);
  const { status } = spawnSync(node, [join(root, "node_modules/vitest/vitest.mjs"), "run", "--dir", "test", "--testTimeout", "60000", "--reporter", "dot", ...suites], { cwd: root, env, stdio: "inherit" });
  return status === 0;
}

try {
  const nodes = ["node20", "node22", "node24"].map((name) => join(installed, name, "bin/node")).filter((path) => existsSync(path));
  if (nodes.length === 0) throw new Error("No Node is installed for these tests: their package is for Linux on x64. Run npm run install:nodes there.");
  const results = nodes.map((node) => runOn(node));
  process.exitCode = results.every(Boolean) ? 0 : 1;
} finally {
  rmSync(engineScript);
}
