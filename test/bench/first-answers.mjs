// What the first call of a kind takes that a client makes of a server which it has just started.
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { median } from "./timing.mjs";

const server = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const rounds = 7;
/** By then a server has done what it does at its start; a model takes longer to its first call. */
const settledMs = 3000;

async function firstAnswer(home, { name, args, afterMs }) {
  const client = new Client({ name: "bench", version: "1.0.0" });
  // No native logs: what is there to be searched is made up.
  const env = { PATH: process.env.PATH, HOME: dirname(home) };
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [server, "--home", home], env }));
  try {
    await delay(afterMs);
    const from = performance.now();
    const { isError, content } = await client.callTool({ name, arguments: args });
    const ms = performance.now() - from;
    if (isError) throw new Error(content[0].text);
    return ms;
  } finally {
    await client.close();
  }
}

/** @returns Milliseconds of that call, the median of several servers: made at once after `initialize`, and once a server has settled. */
export async function firstAnswers(home, { name, args }) {
  const [atOnce, settled] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    atOnce.push(await firstAnswer(home, { name, args, afterMs: 0 }));
    settled.push(await firstAnswer(home, { name, args, afterMs: settledMs }));
  }
  return { atOnceMs: median(atOnce), settledMs: median(settled) };
}
