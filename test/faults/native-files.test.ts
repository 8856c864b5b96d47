import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { readFixtures } from "../contracts/read-fixtures.js";
import { promptLine, uuidOf } from "../ingest/claude-lines.js";
import { homeProblems, plainEvents, writtenLogs } from "../helpers/home-check.js";
import { newSeed, seededRandom } from "../helpers/random.js";
import { connectServer } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";

const changingMs = Math.min(60, Number(process.env["FAULT_SECONDS"] ?? 4)) * 1000;
const sessionId = uuidOf(7_000_001);
const tsOf = (number: number): string => new Date(Date.parse("2026-01-05T10:00:00.000Z") + number * 1000).toISOString();
const firstLines = (provider: string, fixture: string, count: number): string => (readFixtures(provider).find(({ name }) => name === fixture)?.bytes.toString().split(/(?<=\n)/) ?? []).slice(0, count).join("");
const pathOf = (provider: string, fixture: string): string => readFixtures(provider).find(({ name }) => name === fixture)?.path ?? "";

/** How each agent begins a file, and how it writes what a person typed. No two records of the machine have one id. */
const agents = [
  { provider: "claude", path: `.claude/projects/-w/${sessionId}.jsonl`, begin: "", prompt: (number: number, text: string) => promptLine(number, text, { sessionId }) },
  {
    provider: "codex",
    path: `.codex/${pathOf("codex", "code-mode")}`,
    begin: firstLines("codex", "code-mode", 4),
    prompt: (number: number, text: string) => `${JSON.stringify({ timestamp: tsOf(number), type: "event_msg", payload: { type: "user_message", message: text, kind: "plain" } })}\n`,
  },
  {
    provider: "gemini",
    path: `.gemini/${pathOf("gemini", "journal")}`,
    begin: firstLines("gemini", "journal", 1),
    prompt: (number: number, text: string) => `${JSON.stringify({ id: uuidOf(1_000_000 + number), timestamp: tsOf(number), type: "user", content: [{ text }] })}\n`,
  },
  {
    provider: "copilot",
    path: `.copilot/${pathOf("copilot", "one-turn")}`,
    begin: firstLines("copilot", "one-turn", 1),
    prompt: (number: number, text: string) => `${JSON.stringify({ type: "user.message", data: { content: text }, id: uuidOf(2_000_000 + number), timestamp: tsOf(number) })}\n`,
  },
];

/** A native file that an agent, or somebody who tidies up, does anything to. */
class NativeFile {
  readonly #path: string;
  readonly #agent: (typeof agents)[number];
  readonly #random: () => number;
  #number = 0;
  /** Prompts that stand in the file. */
  texts: string[] = [];
  #lines: string[] = [];

  constructor(userHome: string, agent: (typeof agents)[number], random: () => number) {
    this.#path = join(userHome, agent.path);
    this.#agent = agent;
    this.#random = random;
    mkdirSync(dirname(this.#path), { recursive: true });
    writeFileSync(this.#path, agent.begin);
  }

  change(): void {
    const dice = this.#random();
    if (dice < 0.6) return this.grow();
    if (dice < 0.7) return this.#truncate();
    if (dice < 0.8) return this.#replace();
    if (dice < 0.9) return this.#remake();
    this.#rotate();
  }

  /** A line, in two pieces that end anywhere. */
  grow(): void {
    this.#number += 1;
    const text = `marigold ${this.#agent.provider} ${this.#number}`;
    const line = this.#agent.prompt(this.#number, text);
    const cut = Math.floor(this.#random() * line.length);
    appendFileSync(this.#path, line.slice(0, cut));
    appendFileSync(this.#path, line.slice(cut));
    this.texts.push(text);
    this.#lines.push(line);
  }

  #keep(count: number): void {
    this.texts = this.texts.slice(0, count);
    this.#lines = this.#lines.slice(0, count);
  }

  #truncate(): void {
    this.#keep(Math.floor(this.#random() * this.#lines.length));
    truncateSync(this.#path, Buffer.byteLength(this.#agent.begin + this.#lines.join("")));
  }

  #replace(): void {
    this.#keep(Math.floor(this.#random() * this.#lines.length));
    writeFileSync(`${this.#path}.new`, this.#agent.begin + this.#lines.join(""));
    renameSync(`${this.#path}.new`, this.#path);
    this.grow();
  }

  #remake(): void {
    rmSync(this.#path);
    this.#keep(0);
    writeFileSync(this.#path, this.#agent.begin);
    this.grow();
  }

  #rotate(): void {
    renameSync(this.#path, `${this.#path}.1`);
    this.#keep(0);
    writeFileSync(this.#path, this.#agent.begin);
    this.grow();
  }
}

/** How often each prompt stands in the logs. */
function logged(home: string): Map<string, number> {
  const counts = new Map<string, number>();
  const events = existsSync(home) ? writtenLogs(home).flatMap((path) => (readFileSync(path, "utf8").endsWith("\n") ? plainEvents(path) : [])) : [];
  for (const { content } of events) if (typeof content === "string" && content.startsWith("marigold ")) counts.set(content, (counts.get(content) ?? 0) + 1);
  return counts;
}

it("files of all agents that are cut, replaced, removed and rotated while they are followed lose and double nothing that was read", { timeout: changingMs + 60_000 }, async () => {
  const seed = newSeed();
  const random = seededRandom(seed);
  const userHome = tempDir();
  const files = agents.map((agent) => new NativeFile(userHome, agent, random));
  const server = await connectServer({ userHome, args: [] });
  const seen = new Set<string>();
  for (const untilMs = Date.now() + changingMs; Date.now() < untilMs; ) {
    for (const file of files) file.change();
    await delay(random() * 150);
    for (const text of logged(server.home).keys()) seen.add(text);
  }
  for (const file of files) file.grow();
  const wanted = (): string[] => [...files.flatMap(({ texts }) => texts), ...seen];
  await waitFor("all prompts", () => wanted().every((text) => logged(server.home).has(text)), { timeoutMs: 20_000 }).catch(() => undefined);
  const counts = logged(server.home);
  expect(wanted().filter((text) => counts.get(text) !== 1), `seed ${seed}: lost`).toEqual([]);
  expect([...counts].filter(([, count]) => count !== 1), `seed ${seed}: doubled`).toEqual([]);
  expect(await server.call("list_sessions"), `seed ${seed}`).toMatchObject({ total: agents.length });
  expect(await server.call("search_sessions", { query: "marigold", limit: 1, include_current: true }), `seed ${seed}`).toMatchObject({ total: counts.size });
  await waitFor("true indexes", () => homeProblems(server.home).length === 0, { timeoutMs: 5000 }).catch(() => undefined);
  expect(homeProblems(server.home), `seed ${seed}`).toEqual([]);
  expect(server.stderr()).toBe("");
});

it("a home that is removed under a server that follows is filled again from what the agents have", async () => {
  const random = seededRandom(1);
  const userHome = tempDir();
  const files = agents.map((agent) => new NativeFile(userHome, agent, random));
  for (let nth = 0; nth < 3; nth += 1) for (const file of files) file.grow();
  const server = await connectServer({ userHome, args: [] });
  const allLogged = (): boolean => files.flatMap(({ texts }) => texts).every((text) => logged(server.home).get(text) === 1);
  await waitFor("the import", allLogged);
  // At once, since the server writes into it meanwhile.
  renameSync(server.home, `${server.home}.gone`);
  for (const file of files) file.grow();
  await waitFor("all of it again", allLogged, { timeoutMs: 20_000 });
  expect(await server.call("list_sessions")).toMatchObject({ total: agents.length });
  expect(await server.call("search_sessions", { query: "marigold", limit: 1, include_current: true })).toMatchObject({ total: 4 * agents.length });
  await waitFor("true indexes", () => homeProblems(server.home).length === 0, { timeoutMs: 5000 }).catch(() => undefined);
  expect(homeProblems(server.home)).toEqual([]);
});
