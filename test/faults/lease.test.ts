import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { answerLine, promptLine, sessionPath, uuidOf, writeLines } from "../ingest/claude-lines.js";
import { homeProblems, plainEvents, writtenLogs } from "../helpers/home-check.js";
import { newSeed, seededRandom } from "../helpers/random.js";
import { connectServer, type ConnectedServer } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";

const killingMs = Number(process.env["FAULT_SECONDS"] ?? 8) * 1000;
const serversAtOnce = 4;

/** The server that holds the lease, told by the kernel. */
function holderOf(home: string, servers: readonly ConnectedServer[]): ConnectedServer | undefined {
  const lease = join(home, "ingest.lease");
  if (!existsSync(lease)) return undefined;
  const inode = String(statSync(lease).ino);
  const locks = readFileSync("/proc/locks", "utf8").split("\n").map((line) => line.trim().split(/\s+/));
  const held = locks.filter((fields) => fields[3] === "WRITE" && fields[5]?.endsWith(`:${inode}`)).map((fields) => Number(fields[4]));
  return servers.find(({ pid }) => held.includes(pid));
}

it.skipIf(!existsSync("/proc/locks"))("another server follows within 15 s when the one that does is killed, again and again, and nothing is lost or said twice", { timeout: killingMs + 90_000 }, async () => {
  const seed = newSeed();
  const random = seededRandom(seed);
  const [home, userHome] = [join(tempDir(), "home"), tempDir()];
  const written: string[] = [];
  const grow = (): void => {
    const number = written.length;
    const sessionId = uuidOf(8_000_000 + Math.floor(random() * 4));
    const text = `marigold ${number}`;
    const line = number % 2 ? answerLine(number, text, { sessionId }) : promptLine(number, text, { sessionId });
    const cut = Math.floor(random() * line.length);
    const path = sessionPath(join(userHome, ".claude"), sessionId);
    writeLines(path, line.slice(0, cut));
    writeLines(path, line.slice(cut));
    written.push(text);
  };
  const start = (): Promise<ConnectedServer> => connectServer({ home, userHome, args: [] });
  let servers = await Promise.all(Array.from({ length: serversAtOnce }, start));
  let kills = 0;
  for (const untilMs = Date.now() + killingMs; kills < 2 || Date.now() < untilMs; ) {
    const holder = await waitFor(`a server to follow; seed ${seed}, ${kills} kills`, () => holderOf(home, servers), { timeoutMs: 15_000 });
    for (let lines = 1 + Math.floor(random() * 8); lines > 0; lines -= 1) {
      grow();
      await delay(random() * 60);
    }
    process.kill(holder.pid, "SIGKILL");
    kills += 1;
    for (let lines = Math.floor(random() * 5); lines > 0; lines -= 1) grow();
    servers = [...servers.filter((server) => server !== holder), await start()];
  }
  const said = (): unknown[] => writtenLogs(home).flatMap(plainEvents).flatMap(({ content }) => (String(content).startsWith("marigold ") ? [content] : []));
  const context = `seed ${seed}, ${kills} kills, ${written.length} lines`;
  console.log(context);
  await waitFor(`all lines; ${context}`, () => said().length >= written.length, { timeoutMs: 30_000 });
  expect(said().toSorted(), context).toEqual(written.toSorted());
  await waitFor("true indexes", () => homeProblems(home).length === 0, { timeoutMs: 10_000 }).catch(() => undefined);
  expect(homeProblems(home), context).toEqual([]);
  const found = await Promise.all(servers.map((server) => server.call("search_sessions", { query: "marigold", limit: 1, include_current: true })));
  expect(found.map(({ total }) => total), context).toEqual(servers.map(() => written.length));
  expect(new Set(writtenLogs(home).map((path) => basename(path))).size, context).toBe(writtenLogs(home).length);
});
