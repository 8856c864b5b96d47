// A line is written to a Claude Code transcript; a subscriber of that session is told, and reads it.
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ResourceUpdatedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import { connectOurs } from "./clients.mjs";
import { check, row } from "./rows.mjs";
import { quantile } from "./timing.mjs";

const count = 300;
const unseenAfterMs = 1200;
const id = "11111111-2222-4333-8444-555555555555";
const record = (n) => JSON.stringify({
  type: "user", uuid: `aaaaaaaa-0000-4000-8000-${String(n).padStart(12, "0")}`, parentUuid: null, sessionId: id, cwd: "/tmp", version: "2.1.330",
  timestamp: new Date().toISOString(), message: { role: "user", content: `line ${n}` },
});

/** Waits until the session is there, then says how to write one more line and when its subscriber heard of it. */
async function subscribe({ client, call }, uri) {
  while ((await call("list_sessions")).sessions.length === 0) await delay(50);
  let told = () => undefined;
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, () => told());
  await client.subscribeResource({ uri });
  return () => new Promise((resolve) => (told = resolve));
}

async function linesAfter(client, uri, seq) {
  const { contents } = await client.readResource({ uri: `${uri}?after_seq=${seq}` });
  return contents[0].text.split("\n").filter(Boolean).map((line) => JSON.parse(line));
}

/** @returns Milliseconds of each update, and how many writes were not told of, or not to be read then. */
async function writeAndWait(server, file) {
  const uri = `session-log:///sessions/${id}/events.jsonl`;
  const nextUpdate = await subscribe(server, uri);
  const times = [];
  let [last, missing] = [-1, 0];
  for (let n = 1; n <= count; n += 1) {
    await delay(60 + (n % 7) * 20);
    const heard = nextUpdate();
    const start = performance.now();
    appendFileSync(file, `${record(n)}\n`);
    const unseen = await Promise.race([heard.then(() => false), delay(unseenAfterMs).then(() => true)]);
    if (!unseen) times.push(performance.now() - start);
    const lines = await linesAfter(server.client, uri, last);
    if (unseen || !lines.some((line) => line.content === `line ${n}`)) missing += 1;
    last = Math.max(last, ...lines.map((line) => line.seq));
  }
  return { times, missing };
}

export async function live({ dir }) {
  const projects = join(dir, ".claude", "projects", "-tmp");
  mkdirSync(projects, { recursive: true });
  const file = join(projects, `${id}.jsonl`);
  writeFileSync(file, `${record(0)}\n`);
  const server = await connectOurs(join(dir, "home"));
  try {
    const { times, missing } = await writeAndWait(server, file);
    return [
      row("provider write → update, p50", { ours: times }, { most: 30 }),
      row("provider write → update, p99", { ours: quantile(times, 0.99) }, { most: 100 }),
      check(`writes unseen after ${unseenAfterMs} ms`, missing === 0, `${missing} of ${count}`),
    ];
  } finally {
    await server.close();
  }
}
