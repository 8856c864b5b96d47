// A tree of very many native files that were imported before: until they are followed, and what that holds.
import { spawnSync } from "node:child_process";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runOurs } from "./corpora.mjs";
import { row } from "./rows.mjs";
import { statAll, timedMs } from "./timing.mjs";

const child = fileURLToPath(new URL("watch-child.mjs", import.meta.url));
const [folders, rounds] = [500, 3];
/** The folders in which somebody works today. */
const activeFolders = 20;
const longAgoSeconds = Date.UTC(2026, 0, 5) / 1000;

/** Transcripts of one prompt, spread over the folders of many projects; of most the last use lies far back. */
function writeTree(userHome, files) {
  const record = { type: "user", parentUuid: null, cwd: "/tmp", version: "2.1.112", timestamp: "2026-01-05T08:00:00.000Z", message: { role: "user", content: "look at it" } };
  for (let nth = 0; nth < files; nth += 1) {
    const folder = join(userHome, ".claude", "projects", `-work-project-${nth % folders}`);
    if (nth < folders) mkdirSync(folder, { recursive: true });
    const sessionId = `cccccccc-0000-4000-8000-${String(nth).padStart(12, "0")}`;
    const path = join(folder, `${sessionId}.jsonl`);
    writeFileSync(path, `${JSON.stringify({ ...record, uuid: sessionId.replace("c", "d"), sessionId })}\n`);
    if (nth >= activeFolders) utimesSync(path, longAgoSeconds, longAgoSeconds);
  }
  for (let nth = activeFolders; nth < folders; nth += 1) utimesSync(join(userHome, ".claude", "projects", `-work-project-${nth}`), longAgoSeconds, longAgoSeconds);
}

export function watch({ dir, gb }) {
  const files = Math.max(500, Math.round(gb * 50_000));
  const home = join(dir, "home");
  writeTree(dir, files);
  const firstMs = timedMs(() => runOurs(["import", "--json", "--home", home], { HOME: dir }));
  const [told, floor] = [[], []];
  let watched = 0;
  for (let round = 0; round < rounds; round += 1) {
    floor.push(timedMs(() => (watched = statAll(join(dir, ".claude")))));
    const run = spawnSync(process.execPath, [child, home, dir], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
    if (run.status !== 0) throw new Error(`watch child ended with ${run.status ?? run.signal}`);
    told.push(JSON.parse(run.stdout));
  }
  const of = (key) => told.map((one) => one[key]);
  const [name, isLinux] = [`watching ${files} native files`, process.platform === "linux"];
  return [
    row(`${name}: ready`, { ours: of("readyMs"), floor, floorName: "readdir and stat" }, { times: 3 }),
    row(`${name}: through with looking whether any grew`, { ours: of("throughMs"), floor, floorName: "readdir and stat" }),
    row(`${name}: peak memory`, { ours: of("peakMb"), unit: "MB" }, { most: 120 }),
    ...(isLinux ? [row(`${name}: watches`, { ours: of("watches"), floor: watched, floorName: "folders", unit: "" }, { times: 2 })] : []),
    row(`first import of ${files} files of one line`, { ours: firstMs / files, unit: "ms a file" }),
  ];
}
