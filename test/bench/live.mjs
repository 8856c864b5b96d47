// A line is written to a Claude Code transcript; a subscriber of that session is told, and reads it.
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { ResourceUpdatedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";

const server = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const id = "11111111-2222-4333-8444-555555555555";
const record = (n) => JSON.stringify({
  type: "user", uuid: `aaaaaaaa-0000-4000-8000-${String(n).padStart(12, "0")}`, parentUuid: null, sessionId: id, cwd: "/tmp", version: "2.1.330",
  timestamp: new Date().toISOString(), message: { role: "user", content: `line ${n}` },
});

export async function live(count = 300) {
  const base = mkdtempSync(join(tmpdir(), "session-log-bench-"));
  const projects = join(base, "claude", "projects", "-tmp");
  mkdirSync(projects, { recursive: true });
  const file = join(projects, `${id}.jsonl`);
  writeFileSync(file, `${record(0)}\n`);
  const client = new Client({ name: "bench", version: "1.0.0" });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [server, "--home", join(base, "home")], env: { ...process.env, HOME: base, CLAUDE_CONFIG_DIR: join(base, "claude") } }));
  try {
    for (;;) {
      const found = await client.callTool({ name: "list_sessions", arguments: {} });
      if (found.structuredContent?.sessions.length) break;
      await delay(50);
    }
    let told = () => undefined;
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, () => told());
    const uri = `session-log:///sessions/${id}/events.jsonl`;
    await client.subscribeResource({ uri });
    const times = [];
    let last = -1;
    let missing = 0;
    for (let n = 1; n <= count; n++) {
      await delay(60 + (n % 7) * 20);
      const heard = new Promise((resolve) => (told = resolve));
      const start = performance.now();
      appendFileSync(file, `${record(n)}\n`);
      const unseen = await Promise.race([heard.then(() => false), delay(1200).then(() => true)]);
      if (unseen) missing += 1;
      else times.push(performance.now() - start);
      const { contents } = await client.readResource({ uri: `${uri}?after_seq=${last}` });
      const lines = contents[0].text.split("\n").filter(Boolean).map((line) => JSON.parse(line));
      if (!lines.some((line) => line.content === `line ${n}`)) missing += 1;
      last = Math.max(last, ...lines.map((line) => line.seq));
    }
    times.sort((a, b) => a - b);
    const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
    const row = (what, ms, budgetMs) => ({ what, ours: `${ms.toFixed(1)} ms`, floor: "–", ratio: null, budget: `<= ${budgetMs} ms`, held: ms <= budgetMs });
    return [
      row("provider write → update, p50", at(0.5), 30),
      row("provider write → update, p99", at(0.99), 100),
      { what: `writes unseen after 1.2 s, of ${count}`, ours: String(missing), floor: "–", ratio: null, budget: "0", held: missing === 0 },
    ];
  } finally {
    await client.close();
    rmSync(base, { recursive: true, force: true, maxRetries: 5 });
  }
}
