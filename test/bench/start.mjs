// start_session and end_session, through a client, in a project of many sessions against the same in a project of few.
import { renameSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { connectOurs } from "./clients.mjs";
import { runOurs } from "./corpora.mjs";
import { writeShortSessions } from "./history.mjs";
import { row } from "./rows.mjs";

const [few, many] = [10, 10_000];
/** Agents are started now and then: so long a version of the index rests before it is written to again. */
const pauseMs = 2100;
const rounds = 9;

/** A server on a home whose sessions all lie in one folder, with everything built. */
async function serve(base, sessions) {
  const home = join(base, `home-${sessions}`);
  writeShortSessions(home, { sessions, projects: 1 });
  renameSync(join(home, "projects", "work-project-0", "logs"), join(home, "logs"));
  runOurs(["rebuild", "--json", "--home", home], { HOME: base });
  const { call, close } = await connectOurs(home, { args: ["--no-import"], cwd: base });
  const timed = async (name, args) => {
    const from = performance.now();
    const { session_id: sessionId } = await call(name, args);
    return { ms: performance.now() - from, sessionId };
  };
  await timed("list_sessions", {});
  return { close, start: () => timed("start_session", { provider: "bench" }), end: (session_id) => timed("end_session", { session_id }) };
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

export async function start({ dir }) {
  const servers = [];
  try {
    for (const sessions of [few, many]) servers.push(await serve(dir, sessions));
    await timeRounds(servers, { rounds: 2, pauseMs });
    const calm = await timeRounds(servers, { rounds, pauseMs });
    const burst = await timeRounds(servers, { rounds: 30, pauseMs: 0 });
    const of = (what, note, [floor, ours], budget) => row(`${what}_session in a project of ${many}${note}`, { ours: ours[what], floor: floor[what], floorName: `of ${few}` }, budget);
    return [
      of("start", "", calm, { times: 2 }),
      of("end", "", calm, { times: 2 }),
      of("start", ", one after the other", burst),
      of("end", ", one after the other", burst),
    ];
  } finally {
    for (const { close } of servers) await close();
  }
}
