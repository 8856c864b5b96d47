// A list of 20 sessions in a home of many, by each filter, against the same in a home of 100.
import { join } from "node:path";
import { connectOurs } from "./clients.mjs";
import { writeShortSessions } from "./history.mjs";
import { bundleParts } from "./parts.mjs";
import { row } from "./rows.mjs";
import { awaitedMs } from "./timing.mjs";

const filters = {
  "no filter": {},
  provider: { provider: "gemini" },
  workspace: { workspace: "/work/project-7" },
  "status ended": { status: "ended" },
  since: { sinceMs: Date.UTC(2026, 5, 1) },
  text: { text: "of part 7" },
  file: { file: "/work/project-7/src/part-7.ts" },
};
const few = 100;

const tools = { list_sessions: {}, session_stats: { group_by: "provider" } };
const rounds = 21;

/** What a client waits for, once its server has answered the first of a kind. */
async function toolRows(homes, sessions) {
  const servers = await Promise.all(homes.map((home) => connectOurs(home, { args: ["--no-import"] })));
  const times = Object.fromEntries(Object.keys(tools).map((name) => [name, servers.map(() => [])]));
  try {
    for (let round = -1; round < rounds; round += 1) {
      for (const [name, args] of Object.entries(tools)) {
        for (const [nth, { call }] of servers.entries()) {
          const ms = await awaitedMs(() => call(name, args));
          if (round >= 0) times[name][nth].push(ms);
        }
      }
    }
  } finally {
    for (const { close } of servers) await close();
  }
  const named = { list_sessions: "list_sessions through a client", session_stats: "session_stats by provider, through a client" };
  return Object.entries(times).map(([name, [floor, ours]]) => row(`${named[name]}, ${sessions} sessions`, { ours, floor, floorName: `of ${few}` }));
}

export async function list({ dir, gb }) {
  const sessions = Math.max(1000, Math.round(gb * 100_000));
  const run = bundleParts(dir);
  const calls = Object.values(filters).map((filter) => ({ method: "list", query: { includeChildren: true, limit: 20, ...filter } }));
  const homes = [few, sessions].map((count) => {
    const home = join(dir, `home-${count}`, "home");
    writeShortSessions(home, { sessions: count });
    run("buildCatalogue", { home });
    return home;
  });
  const turns = Array.from({ length: 3 }, () => homes.map((home) => run("catalogue", { home, calls, rounds: 17 })));
  const times = (which, nth) => turns.flatMap((turn) => turn[which][nth].times);
  const rows = Object.keys(filters).map((name, nth) =>
    row(`list 20 of ${sessions} sessions, ${name}`, { ours: times(1, nth), floor: times(0, nth), floorName: `of ${few}` }, { times: 3 }),
  );
  return [...rows, ...(await toolRows(homes, sessions))];
}
