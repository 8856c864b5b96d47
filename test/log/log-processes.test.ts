import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { bundleScript, childEnv, runInProcesses } from "../helpers/child-script.js";
import { logLines } from "../helpers/log-lines.js";
import { newSeed, seededRandom } from "../helpers/random.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";
import { message } from "./drafts.js";
import { newLogPath, openLog } from "./open-log.js";

/** Enough to fail at once where no lock is taken: a read, a number and a write take some microseconds only. */
const appendsEach = 10_000;

const child = `
import { readdirSync, writeFileSync, writeSync } from "node:fs";
import { LogFile } from "./src/log/log-file.ts";
const [name, path, count, meeting] = process.argv.slice(2);
const log = LogFile.open(path, { provider: "acme", sessionId: "s1", providerSessionId: null });
if (meeting) {
  writeFileSync(meeting + "/" + name, "");
  while (readdirSync(meeting).length < 2);
}
for (let n = 0; n < Number(count); n += 1) {
  const content = name + ":" + n + ":" + "x".repeat((n * 7919) % 3000);
  const kind = { type: "user_message", role: "user", content, message_id: null };
  const { seqs } = n % 3 ? log.append([{ sourceKind: "wrapper", kind }]) : await log.appendAsync([{ sourceKind: "wrapper", kind }]);
  if (count === "Infinity") writeSync(1, seqs[0] + " " + content + "\\n");
}
`;

test("Two processes that append to one log number their lines without gap or repeat", { timeout: 60_000 }, async () => {
  const path = newLogPath();
  await runInProcesses(child, 2, [path, String(appendsEach), tempDir()]);
  const lines = logLines(path);
  expect(lines.map(({ seq }) => seq)).toEqual(Array.from({ length: 2 * appendsEach }, (_, at) => at + 1));
  for (const name of ["0", "1"]) {
    const own = lines.map(({ content }) => String(content).split(":")).filter(([by]) => by === name);
    expect(own.map(([, n]) => Number(n))).toEqual(Array.from({ length: appendsEach }, (_, at) => at));
  }
});

test("A process that is killed while it appends loses nothing that it was told is written", { timeout: 120_000 }, async () => {
  const seed = newSeed();
  const random = seededRandom(seed);
  const script = bundleScript(child);
  const path = newLogPath();
  const acknowledged = new Map<number, string>();
  for (let round = 0; round < 30; round += 1) {
    const said = await killAfter(script, [`r${round}`, path, "Infinity"], Math.floor(random() * 40));
    for (const line of said) acknowledged.set(Number(line.split(" ")[0]), line.slice(line.indexOf(" ") + 1));
  }
  openLog(path).close();
  const text = readFileSync(path, "utf8");
  const lines = logLines(path);
  expect(text.endsWith("\n"), `seed ${seed}`).toBe(true);
  expect(lines.map(({ seq }) => seq), `seed ${seed}`).toEqual(lines.map((_, at) => at + 1));
  const lost = [...acknowledged].filter(([seq, content]) => lines[seq - 1]?.["content"] !== content);
  expect(lost, `seed ${seed}`).toEqual([]);
  expect(acknowledged.size).toBeGreaterThan(30);
});

const foreign = `
import { appendFileSync } from "node:fs";
const [, path] = process.argv.slice(2);
for (let n = 0; n < 20000; n += 1) appendFileSync(path, '{"seq":' + n + ',"ts":"","provider":"other","wrapper_session_id":"s1","type":"stderr","message":"' + n + '"}\\n');
`;

test("A writer that takes no lock costs no line, and every append knows its own bytes", { timeout: 60_000 }, async () => {
  const path = newLogPath();
  const log = openLog(path);
  const writing = runInProcesses(foreign, 1, [path]).then(() => true);
  const places = new Map<number, { fromByte: number; toByte: number }>();
  await waitFor("the end of the other", async () => {
    for (let burst = 0; burst < 50; burst += 1) {
      const { fromByte, toByte } = log.append([message(`own ${places.size}`)]);
      places.set(places.size, { fromByte, toByte });
    }
    return Promise.race([writing, new Promise<undefined>((resolve) => void setImmediate(() => resolve(undefined)))]);
  }, { timeoutMs: 50_000, everyMs: 0 });
  const bytes = readFileSync(path);
  const misplaced = [...places].filter(([n, { fromByte, toByte }]) => {
    const line = bytes.toString("utf8", fromByte, toByte);
    return !line.endsWith("\n") || (JSON.parse(line) as { content: string }).content !== `own ${n}`;
  });
  expect(misplaced).toEqual([]);
  const lines = logLines(path);
  expect(lines.filter(({ type }) => type === "stderr")).toHaveLength(20_000);
  expect(lines).toHaveLength(20_000 + places.size);
  expect(openLog(path).summary().lastSeq).toBe(Math.max(...lines.map(({ seq }) => Number(seq))));
});

/** Runs the script, kills it some milliseconds after its first line. @returns The whole lines that it said. */
async function killAfter(script: string, args: readonly string[], delayMs: number): Promise<string[]> {
  const running = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "inherit"], env: childEnv });
  let output = "";
  running.stdout.on("data", (data: Buffer) => (output += data.toString()));
  await waitFor("the first append", () => output.includes("\n") || running.exitCode !== null);
  const deadline = Date.now() + delayMs;
  await waitFor("the moment to kill", () => Date.now() >= deadline, { everyMs: 1 });
  running.kill("SIGKILL");
  await once(running, "close");
  return output.split("\n").slice(0, -1);
}
