// From the start of a process to its first answers: on an empty home, a home with logs, and one of ten times as much, of which most is holes.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { command } from "./clients.mjs";
import { largeHome } from "./large-home.mjs";
import { row } from "./rows.mjs";

const bare = fileURLToPath(new URL("bare-server.mjs", import.meta.url));
const rounds = 15;
const initialize = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "bench", version: "1.0.0" } };

/** @returns Milliseconds from the start of the process to its answer to `initialize`, and to the `tools/list` that follows it. */
export async function firstAnswersMs(args, { HOME, file = process.execPath }) {
  const from = performance.now();
  const child = spawn(file, args, { env: { PATH: process.env.PATH, HOME }, stdio: ["pipe", "pipe", "ignore"] });
  const exited = once(child, "exit");
  let [text, heard] = ["", () => undefined];
  child.stdout.setEncoding("utf8").on("data", (chunk) => {
    text += chunk;
    heard();
  });
  const send = (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  const answered = async (id) => {
    const isThere = () => text.split("\n").slice(0, -1).some((line) => JSON.parse(line).id === id);
    while (!isThere()) {
      await new Promise((resolve, reject) => {
        heard = resolve;
        exited.then(([code]) => reject(new Error(`${args[0]} ended with ${code} before its answer`)), reject);
      });
    }
    return performance.now() - from;
  };
  try {
    send({ id: 1, method: "initialize", params: initialize });
    const initializeMs = await answered(1);
    send({ method: "notifications/initialized" });
    send({ id: 2, method: "tools/list", params: {} });
    return { initialize: initializeMs, list: await answered(2) };
  } finally {
    child.kill();
    await exited;
  }
}

export async function spawnToAnswer({ corpora, dir, gb }) {
  const { home, dir: userHome } = corpora.history();
  const large = largeHome(dir, { gb: gb * 10 });
  const cases = { bare: { args: [bare] }, "home empty": {}, [`home of ${gb} GB`]: { home }, [`home of ${(gb * 10).toFixed(1)} GB, sparse`]: { home: large } };
  const times = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, { args, home: given }] of Object.entries(cases)) {
      const used = given ?? join(mkdtempSync(join(dir, "empty-")), "home");
      times[name].push(await firstAnswersMs(args ?? [command, "--home", used], { HOME: userHome }));
    }
  }
  return Object.keys(cases).slice(1).flatMap((name) =>
    [["initialize", "initialize"], ["list", "tools/list"]].map(([key, method]) => {
      const of = (which) => times[which].map((one) => one[key]);
      return row(`spawn to ${method}, ${name}`, { ours: of(name), floor: of("bare"), floorName: "bare JSON-RPC" }, { times: 2.5 });
    }),
  );
}
