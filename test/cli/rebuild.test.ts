import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { homeProblems } from "../helpers/home-check.js";
import { newSeed, seededRandom } from "../helpers/random.js";
import { connectServer, serverPath, type ConnectedServer } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";

interface Ran {
  code: number | string;
  out: string;
  err: string;
}

function start(home: string, ...args: string[]) {
  const child = spawn(process.execPath, [serverPath, "rebuild", "--home", home, ...args], { env: { PATH: process.env["PATH"] ?? "", HOME: tempDir() } });
  onTestFinished(() => void child.kill("SIGKILL"));
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const ended = new Promise<Ran>((resolve) => child.on("close", (code, signal) => resolve({ code: code ?? signal ?? "", out, err })));
  return { child, ended };
}

/** Some sessions, written by a server that is gone. @returns Their home. */
async function writtenHome(sessions = 12): Promise<string> {
  const server = await connectServer();
  for (let nth = 0; nth < sessions; nth += 1) {
    const { session_id } = await server.call("start_session", { provider: nth % 2 ? "acme" : "script", prompt: `question number${nth} about lilac` });
    const events = Array.from({ length: 20 }, (_, event) => ({ type: "assistant_message", content: `answer ${event} ${"words ".repeat(200)}` }));
    await server.call("emit_event", { session_id, events });
    if (nth % 3 === 0) await server.call("end_session", { session_id });
  }
  await server.client.close();
  return server.home;
}

async function answers(server: ConnectedServer): Promise<unknown> {
  const found = await waitFor("the whole index", async () => {
    const page = await server.call("search_sessions", { query: "lilac", limit: 50, include_current: true, max_bytes: 200_000 });
    return (page["index"] as { complete: boolean }).complete && page;
  });
  return { found, listed: await server.call("list_sessions", { limit: 100, detail: "full", max_bytes: 200_000 }), sums: await server.call("session_stats", { group_by: "provider" }) };
}

async function answersOf(home: string): Promise<unknown> {
  const server = await connectServer({ home });
  const all = await answers(server);
  await server.client.close();
  return all;
}

it("gives the answers that were there, whatever became of the databases and indexes, and leaves the logs as they are", async () => {
  const home = await writtenHome();
  const before = await answersOf(home);
  const logs = readdirSync(join(home, "logs/sessions")).map((name) => readFileSync(join(home, "logs/sessions", name), "utf8"));
  for (const spoil of [
    () => undefined,
    () => writeFileSync(join(home, "catalogue.sqlite"), "no database".repeat(999)),
    () => rmSync(join(home, "search.sqlite")),
    () => rmSync(join(home, "sessions_index.json")),
    () => {
      const path = join(home, "logs/index.json");
      const index = JSON.parse(readFileSync(path, "utf8")) as { sessions: Record<string, unknown>[] };
      index.sessions.splice(1, 3);
      index.sessions[0] = { ...index.sessions[0], ended_at: null, command: "wrong" };
      writeFileSync(path, JSON.stringify(index));
    },
  ]) {
    spoil();
    const { code, out } = await start(home, "--json").ended;
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ sessions: 12, bytes: logs.join("").length, mended: expect.any(Number), elapsed_ms: expect.any(Number) });
    expect(homeProblems(home)).toEqual([]);
    expect(JSON.parse(readFileSync(join(home, "sessions_index.json"), "utf8"))).toMatchObject({ sessions: { length: 12 } });
    expect(await answersOf(home)).toEqual(before);
  }
  expect(readdirSync(join(home, "logs/sessions")).map((name) => readFileSync(join(home, "logs/sessions", name), "utf8"))).toEqual(logs);
});

it("tells people what was done, and that the indexes were true", async () => {
  const home = await writtenHome(2);
  const { code, out, err } = await start(home).ended;
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(/^catalogue\.sqlite and search\.sqlite rebuilt: 2 sessions, 0\.\d MB in \d+\.\d s\nindex\.json and sessions_index\.json: as the logs say\n$/);
});

it("leaves the indexes alone with --read-only", async () => {
  const home = await writtenHome(2);
  const index = join(home, "logs/index.json");
  writeFileSync(index, '{"sessions":[]}');
  const { out } = await start(home, "--read-only", "--json").ended;
  expect(JSON.parse(out)).toEqual({ sessions: 2, bytes: expect.any(Number), elapsed_ms: expect.any(Number) });
  expect(readFileSync(index, "utf8")).toBe('{"sessions":[]}');
});

it("refuses a database that a newer version wrote, and says what to do", async () => {
  const home = await writtenHome(1);
  const { openDatabase } = await import("../../src/io/sqlite.js");
  const db = openDatabase(join(home, "search.sqlite"));
  db.exec("PRAGMA user_version = 999");
  db.close();
  const { code, err } = await start(home).ended;
  expect(code).toBe(2);
  expect(err).toContain(`"${join(home, "search.sqlite")}" was written by a newer version`);
});

it("goes on beside a server that answers and writes, and two of them do no harm", async () => {
  const home = await writtenHome();
  const server = await connectServer({ home });
  const { session_id } = await server.call("start_session", { provider: "acme" });
  const running = [start(home, "--json"), start(home, "--json")];
  const over = Promise.all(running.map(({ ended }) => ended));
  const state = { isOver: false };
  void over.then(() => (state.isOver = true));
  let written = 0;
  do {
    await server.call("emit_event", { session_id, message: `while it goes on lilac ${written}` });
    written += 1;
    // An index that is not whole yet says so; one that says it is whole misses nothing.
    const found = (await server.call("search_sessions", { query: `"lilac ${written - 1}"`, session_id })) as { total: number; index: { complete: boolean } };
    expect(found.index.complete ? found.total : 1).toBe(1);
    expect(await server.call("list_sessions", { limit: 1 })).toMatchObject({ total: 13 });
  } while (!state.isOver);
  for (const { code, err } of await over) expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(await server.call("search_sessions", { query: "lilac", session_id, limit: 50, max_bytes: 200_000 })).toMatchObject({ total: written });
  expect(server.stderr()).toBe("");
  expect(homeProblems(home)).toEqual([]);
});

it("can be killed at any moment: what it had not come to is made good by who needs it", async () => {
  const home = await writtenHome();
  const before = await answersOf(home);
  const seed = newSeed();
  const random = seededRandom(seed);
  for (let round = 0; round < 5; round += 1) {
    const { child, ended } = start(home);
    await Promise.race([delay(60 + random() * 400), ended]);
    child.kill("SIGKILL");
    await ended;
    expect(await answersOf(home), `seed ${seed}`).toEqual(before);
  }
  expect(homeProblems(home)).toEqual([]);
  const { child, ended } = start(home);
  child.kill("SIGINT");
  expect((await ended).code, `seed ${seed}`).not.toBe(0);
  expect(await answersOf(home)).toEqual(before);
  expect(existsSync(join(home, "search.sqlite")) && statSync(join(home, "search.sqlite")).size > 0).toBe(true);
});
