// Twenty agents start their servers on one home at once, and all of them write to one session.
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { connectOurs } from "./clients.mjs";
import { check, row } from "./rows.mjs";
import { awaitedMs, peakMb } from "./timing.mjs";

const [count, appends] = [20, 50];
/** By then a server has done what it does at its start. */
const settledMs = 3000;

/** Memory that is the process's own, and its share of what it has in common with others; undefined where the system does not tell. */
function shareMb(pid) {
  if (process.platform !== "linux") return undefined;
  return Number(/^Pss:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))[1]) / 1024;
}

async function writeTogether(all) {
  const { session_id } = await all[0].call("start_session", { provider: "bench" });
  const seqs = new Set();
  const write = async ({ call }) => {
    for (let nth = 0; nth < appends; nth += 1) seqs.add((await call("emit_event", { session_id, message: "y".repeat(300) })).first_seq);
  };
  const ms = await awaitedMs(() => Promise.all(all.map(write)));
  return { ms, seqs };
}

export async function servers({ corpora }) {
  const { home } = corpora.history();
  const from = performance.now();
  const all = await Promise.all(Array.from({ length: count }, async () => ({ ...(await connectOurs(home)), initializedMs: performance.now() - from })));
  try {
    const lists = await Promise.all(all.map(({ call }) => awaitedMs(() => call("list_sessions"))));
    await delay(settledMs);
    const again = await Promise.all(all.map(({ call }) => awaitedMs(() => call("search_sessions", { query: "checkpoint" }))));
    const shares = all.map(({ pid }) => shareMb(pid)).filter((share) => share !== undefined);
    const { ms, seqs } = await writeTogether(all);
    return [
      row(`${count} servers started at once on one home: initialize`, { ours: all.map(({ initializedMs }) => initializedMs), unit: "ms" }),
      row(`${count} servers: first list_sessions, all at once`, { ours: lists }),
      row(`${count} servers: a search by each, all at once`, { ours: again }),
      ...(shares.length > 0 ? [row(`${count} servers: memory of each (its share of common pages)`, { ours: shares, unit: "MB" }), row(`${count} servers: peak memory of each`, { ours: all.map(({ pid }) => peakMb(pid)), unit: "MB" })] : []),
      row(`${count} servers write to one session: an append`, { ours: (ms * 1000) / (count * appends), unit: "µs" }),
      check(`${count} servers write to one session: each seq once`, seqs.size === count * appends, `${seqs.size} of ${count * appends}`),
    ];
  } finally {
    await Promise.all(all.map(({ close }) => close()));
  }
}
