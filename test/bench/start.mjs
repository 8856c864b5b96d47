// start_session and end_session, through a client, in a project of many sessions against the same in a project of few.
import { spawnSync } from "node:child_process";
import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { writeShortSessions } from "./history.mjs";
import { median } from "./timing.mjs";

const server = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const [few, many] = [10, 10_000];
/** Agents are started now and then: so long a version of the index rests before it is written to again. */
const pauseMs = 2100;
const rounds = 9;
const budget = 2;

/** A server on a home whose sessions all lie in one folder, with everything built. */
async function serve(base, sessions) {
  const home = join(base, `home-${sessions}`);
  writeShortSessions(home, { sessions, projects: 1 });
  renameSync(join(home, "projects", "work-project-0", "logs"), join(home, "logs"));
  const built = spawnSync(process.execPath, [server, "rebuild", "--home", home], { stdio: ["ignore", "ignore", "inherit"] });
  if (built.status !== 0) throw new Error(`rebuild ended with ${built.status ?? built.signal}`);
  const client = new Client({ name: "bench", version: "1.0.0" });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [server, "--home", home, "--no-import"], cwd: base }));
  const timed = async (name, args) => {
    const from = performance.now();
    const { isError, content, structuredContent } = await client.callTool({ name, arguments: args });
    if (isError) throw new Error(content[0].text);
    return { ms: performance.now() - from, sessionId: structuredContent.session_id };
  };
  await timed("list_sessions", {});
  return { client, start: () => timed("start_session", { provider: "bench" }), end: (session_id) => timed("end_session", { session_id }) };
}

/** @returns Milliseconds of starts and ends on each server, in turns, with a pause before each. */
async function timeRounds(servers, { rounds: count, pauseMs: pause }) {
  const times = servers.map(() => ({ start: [], end: [] }));
  for (let round = 0; round < count; round += 1) {
    for (const what of ["start", "end"]) {
      await delay(pause);
      for (const [nth, one] of servers.entries()) {
        const { ms, sessionId } = await one[what](times[nth].sessionId);
        times[nth].sessionId = sessionId;
        times[nth][what].push(ms);
      }
    }
  }
  return times;
}

function row(what, [floor, ours], limit) {
  const [floorMs, oursMs] = [median(floor), median(ours)];
  const ratio = oursMs / floorMs;
  const ms = (value) => `${value.toFixed(2)} ms`;
  return { what, ours: ms(oursMs), floor: ms(floorMs), ratio: Number(ratio.toFixed(2)), budget: limit ? `<= ${limit} x` : "none", held: !limit || ratio <= limit };
}

export async function start() {
  const base = mkdtempSync(join(tmpdir(), "session-log-bench-"));
  const servers = [];
  try {
    for (const sessions of [few, many]) servers.push(await serve(base, sessions));
    await timeRounds(servers, { rounds: 2, pauseMs });
    const calm = await timeRounds(servers, { rounds, pauseMs });
    const burst = await timeRounds(servers, { rounds: 30, pauseMs: 0 });
    const name = (what) => `${what}_session in a project of ${many} against ${few}`;
    return [
      row(name("start"), calm.map((times) => times.start), budget),
      row(name("end"), calm.map((times) => times.end), budget),
      row(`${name("start")}, one after the other`, burst.map((times) => times.start)),
      row(`${name("end")}, one after the other`, burst.map((times) => times.end)),
    ];
  } finally {
    for (const { client } of servers) await client.close();
    rmSync(base, { recursive: true, force: true, maxRetries: 5 });
  }
}
