// Search and catalogue without the server around them, bundled for processes of their own.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const project = fileURLToPath(new URL("../..", import.meta.url));
const child = fileURLToPath(new URL("search-child.mjs", import.meta.url));
const exported = `
export { Home } from "./src/log/home.js";
export { SessionLogs } from "./src/log/session-logs.js";
export { LogStore } from "./src/log/log-store.js";
export { Search } from "./src/search/search.js";
export { Catalogue } from "./src/catalogue/catalogue.js";
export { linesForward } from "./src/io/lines.js";
export { parseLine } from "./src/log/line-fields.js";
export { eventTexts } from "./src/search/event-texts.js";
export { splitLone, wordSymbols } from "./src/search/lone-characters.js";
export { openDatabase } from "./src/io/sqlite.js";
export { chooseEngine } from "./src/io/sqlite-engine.js";
`;

/** @returns What runs a task of search-child.mjs in a process of its own with what it is given, and returns its answer. */
export function bundleParts(dir) {
  const parts = join(dir, "parts.mjs");
  buildSync({ stdin: { contents: exported, resolveDir: project, loader: "ts" }, bundle: true, platform: "node", format: "esm", target: "node20", outfile: parts, logLevel: "error" });
  return (task, given) => {
    const run = spawnSync(process.execPath, [child, parts, task], {
      input: JSON.stringify(given), encoding: "utf8", maxBuffer: 1e8, env: { ...process.env, NODE_PATH: join(project, "node_modules") }, stdio: ["pipe", "pipe", "inherit"],
    });
    if (run.status !== 0) throw new Error(`${task} ended with ${run.status ?? run.signal}`);
    return JSON.parse(run.stdout);
  };
}
