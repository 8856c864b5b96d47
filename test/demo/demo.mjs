// Runs the main job once, as an MCP client would: import the agents' logs of this machine (or, where it has none, two small ones that lie
// beside this file), list the sessions, read one. The log goes into a temporary home; nothing else on the machine is written.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const server = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const bundled = fileURLToPath(new URL("claude", import.meta.url));

const home = mkdtempSync(join(tmpdir(), "session-log-demo-"));

async function connect(env) {
  const transport = new StdioClientTransport({ command: process.execPath, args: [server, "--home", home, "--no-import"], env: { ...process.env, ...env } });
  const client = new Client({ name: "demo", version: "1.0.0" });
  await client.connect(transport);
  return client;
}

let client = await connect({});

async function call(name, args) {
  const result = await client.callTool({ name, arguments: args }, undefined, { timeout: 600_000, resetTimeoutOnProgress: true, onprogress: () => undefined });
  if (result.isError) throw new Error(result.content[0].text);
  return result.structuredContent;
}

const oneLine = (text, length) => {
  const flat = String(text ?? "").replace(/\s+/g, " ").replace(/\p{Cc}/gu, "").trim();
  return flat.length > length ? `${flat.slice(0, length - 1)}…` : flat;
};

try {
  let report = await call("import_sessions", {});
  if (report.imported > 0) {
    console.log("What coding agents logged on this machine:");
  } else {
    console.log("No agent's logs on this machine; two small sessions that come with the project:");
    await client.close();
    client = await connect({ CLAUDE_CONFIG_DIR: bundled });
    report = await call("import_sessions", {});
  }
  console.log(`  ${report.imported} sessions imported, ${report.events} events, ${(report.bytes / 1e6).toFixed(1)} MB read in ${report.elapsed_ms} ms`);
  const providers = Object.entries(report.by_provider).filter(([, counts]) => counts.imported > 0);
  if (providers.length > 1) console.log(`  ${providers.map(([name, { imported }]) => `${name} ${imported}`).join(", ")}`);
  for (const { path, error } of report.failed ?? []) console.log(`  not read: ${path}: ${error}`);

  const { sessions, total } = await call("list_sessions", { limit: 5 });
  console.log(`\nlist_sessions: the ${sessions.length} newest of ${total}`);
  for (const session of sessions) {
    console.log(`  ${session.session_id.slice(0, 8)}  ${(session.last ?? "").slice(0, 16)}  ${String(session.events).padStart(5)} events  ${oneLine(session.title, 70)}`);
  }

  const latest = sessions[0];
  if (latest) {
    const { events, next } = await call("read_session", { session_id: latest.session_id, limit: 8, max_chars_per_event: 160 });
    console.log(`\nread_session ${latest.session_id.slice(0, 8)}: its last ${events.length} events`);
    for (const event of events) {
      const who = [event.type, event.tool].filter(Boolean).join(" ");
      console.log(`  #${String(event.seq).padEnd(4)} ${event.ok === false ? "✗ " : ""}${who}: ${oneLine(event.text, 110)}`);
    }
    if (next) console.log(`  next: ${next}`);
  }
} finally {
  await client.close();
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}
