import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { expect, it } from "vitest";
import { homeProblems, writtenLogs } from "../helpers/home-check.js";
import { connectServer, type ConnectedServer } from "../helpers/server.js";
import { waitFor } from "../helpers/wait-for.js";

/** All of it with `npm run soak`, little otherwise. */
const load = process.env["SOAK"] === "full" ? { events: 200_000, sessions: 2000, subscriptions: 500, servers: 40 } : { events: 10_000, sessions: 150, subscriptions: 100, servers: 4 };
const rounds = 10;
const eventsAtOnce = 250;

/** So many logs, and so many locks, a server keeps open for the next append. */
const mostKept = 64;

interface Use {
  memoryKb: number;
  /** Open files, by what they are: a log or a lock that is kept for the next append is not among them. */
  files: string[];
  /** Logs and locks that are kept. */
  kept: number;
  /** inotify watches. */
  watches: number;
}

/** What a process holds now. */
function useOf(pid: number): Use {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const descriptors = readdirSync(`/proc/${pid}/fd`);
  const files = descriptors.flatMap((fd) => linkOf(`/proc/${pid}/fd/${fd}`));
  const watches = descriptors.map((fd) => textOf(`/proc/${pid}/fdinfo/${fd}`).split("\n").filter((line) => line.startsWith("inotify ")).length);
  const isKept = (file: string): boolean => /\.(jsonl|lock)$/.test(file);
  const kind = (file: string): string => file.replace(/:\[\d+\]$/, "");
  return { memoryKb: Number(/VmRSS:\s*(\d+)/.exec(status)?.[1]), files: files.filter((file) => !isKept(file)).map(kind).toSorted(), kept: files.filter(isKept).length, watches: watches.reduce((sum, count) => sum + count, 0) };
}

const peakKb = (pid: number): number => Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);

/** A descriptor may be closed between two looks. */
function linkOf(path: string): string[] {
  try {
    return [readlinkSync(path)];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

/** One of the rounds: sessions begin, are written to, looked at, watched and end; a server comes and goes. */
async function round(server: ConnectedServer, others: number): Promise<void> {
  const sessions = load.sessions / rounds;
  const batch = Math.ceil(load.events / load.sessions);
  for (let nth = 0; nth < sessions; nth += 1) {
    const { session_id: id, events_uri: uri } = await server.call("start_session", { provider: "acme", title: `soak ${nth}` });
    const isWatched = nth % Math.ceil(load.sessions / load.subscriptions) === 0;
    if (isWatched) await server.client.subscribeResource({ uri: String(uri) });
    for (let left = batch; left > 0; left -= eventsAtOnce) {
      const events = Array.from({ length: Math.min(left, eventsAtOnce) }, (_, event) => ({ type: "user_message", content: `marigold ${nth} ${event} ${"lorem ipsum ".repeat(8)}` }));
      await server.call("emit_event", { session_id: id, events });
    }
    if (isWatched) {
      if (nth === 0) await waitFor("a watch", () => useOf(server.pid).watches > 0);
      await server.call("read_session", { session_id: id, limit: 5 });
      await server.call("wait_for_events", { session_id: id, timeout_ms: 1 });
      await server.client.unsubscribeResource({ uri: String(uri) });
    }
    await server.call("end_session", { session_id: id });
  }
  for (let nth = 0; nth < others; nth += 1) {
    const other = await connectServer({ home: server.home, userHome: server.cwd, args: [] });
    const { session_id: id } = await other.call("start_session", { provider: "acme" });
    await other.call("emit_event", { session_id: id, message: "from another" });
    await other.client.close();
  }
  await server.call("search_sessions", { query: "marigold", limit: 5, include_current: true });
  await server.call("list_sessions", {});
  await server.call("session_stats", { group_by: "day" });
}

/** When nothing is under way: what was opened for a moment is closed, and watches that were given up are gone. */
async function settledUse(pid: number): Promise<Use> {
  let last = useOf(pid);
  return waitFor("steady use", () => {
    const before = last;
    last = useOf(pid);
    return before.files.join() === last.files.join() && before.watches === last.watches ? last : undefined;
  }, { everyMs: 700 });
}

it.skipIf(process.platform !== "linux")("a server under long load holds no more at its end than after its first round", { timeout: 1_800_000 }, async () => {
  const server = await connectServer({ args: [] });
  await round(server, 1);
  const start = await settledUse(server.pid);
  for (let nth = 1; nth < rounds; nth += 1) await round(server, Math.ceil(load.servers / rounds));
  const end = await settledUse(server.pid);
  const { totals } = (await server.call("session_stats", {})) as { totals: { sessions: number; user_messages: number } };
  const told = `${rounds} rounds, ${totals.sessions} sessions, ${totals.user_messages} messages, ${load.subscriptions} subscriptions; memory ${start.memoryKb} kB after the first round, ${end.memoryKb} kB at the end, ${peakKb(server.pid)} kB at most; ${start.files.length} + ${start.kept} descriptors and ${start.watches} watches, then ${end.files.length} + ${end.kept} and ${end.watches}`;
  console.log(told);
  expect(totals.user_messages).toBeGreaterThanOrEqual(load.events);
  expect(writtenLogs(server.home)).toHaveLength(totals.sessions);
  await server.client.close();
  expect(homeProblems(server.home)).toEqual([]);
  expect({ files: end.files, watches: end.watches }, told).toEqual({ files: start.files, watches: start.watches });
  expect(end.kept, told).toBeLessThanOrEqual(2 * mostKept);
  expect(end.memoryKb, told).toBeLessThan(start.memoryKb * 1.5 + 100_000);
});
