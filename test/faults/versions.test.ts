import { appendFileSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openDatabase } from "../../src/io/sqlite.js";
import { claudeUserHome } from "../helpers/claude-user-home.js";
import { homeProblems, plainEvents, writtenLogs } from "../helpers/home-check.js";
import { connectServer, type ConnectedServer } from "../helpers/server.js";
import { waitFor } from "../helpers/wait-for.js";

const databases = ["import.sqlite", "catalogue.sqlite", "search.sqlite"];
const nativeId = "00000000-0000-4000-8000-00000000f00d";

/** Puts what another version of this program would have written in the place of a database. */
function writeVersion(path: string, version: number): void {
  const made = `${path}.made`;
  const db = openDatabase(made);
  db.exec(`CREATE TABLE of_another_version (word TEXT); INSERT INTO of_another_version VALUES ('kept'); PRAGMA user_version = ${version}`);
  db.close();
  renameSync(made, path);
}

function versionOf(path: string): { version: unknown; isOurs: boolean } {
  const db = openDatabase(path, { readOnly: true });
  try {
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE name = 'of_another_version'").all();
    return { version: db.prepare("PRAGMA user_version").get()?.["user_version"], isOurs: tables.length === 0 };
  } finally {
    db.close();
  }
}

/** All that needs the databases, and what it should say of the one native session and the one of ours. */
async function useAll(server: ConnectedServer): Promise<void> {
  await waitFor("the import", async () => (await server.call("list_sessions"))["total"] === 2);
  await waitFor("an import that finds nothing new", async () => (await server.call("import_sessions"))["unchanged"] === 1);
  expect(await server.call("search_sessions", { query: "marigold", include_current: true })).toMatchObject({ total: 1 });
  expect(await server.call("search_sessions", { query: "hello", include_current: true })).toMatchObject({ total: 1 });
  expect(await server.call("session_stats", {})).toMatchObject({ totals: { sessions: 2 } });
}

/** A home with one session of ours and one of Claude's, left by a server. */
async function usedHome(): Promise<{ home: string; userHome: string; sessionId: string }> {
  const userHome = claudeUserHome(nativeId);
  const server = await connectServer({ userHome, args: [] });
  const { session_id: sessionId } = await server.call("start_session", { provider: "acme", prompt: "marigold" });
  await useAll(server);
  await server.client.close();
  return { home: server.home, userHome, sessionId: String(sessionId) };
}

describe("another version of the program on the same home", () => {
  it("finds its newer databases as it left them, and this one works in memory and says what to do", async () => {
    const { home, userHome } = await usedHome();
    for (const name of databases) writeVersion(join(home, name), 99);
    const server = await connectServer({ home, userHome, args: [] });
    await useAll(server);
    for (const name of databases) {
      const said = server.stderr().split("\n").filter((line) => line.includes(join(home, name)));
      expect(said, name).toEqual([expect.stringMatching(/was written by a newer version.*in memory.*Use that version, or remove the file\.$/)]);
    }
    await server.client.close();
    expect(databases.map((name) => versionOf(join(home, name)))).toEqual(databases.map(() => ({ version: 99, isOurs: false })));
    expect(homeProblems(home)).toEqual([]);
  });

  it("had older databases: they are made anew, and nothing is written twice", async () => {
    const { home, userHome } = await usedHome();
    for (const name of databases) writeVersion(join(home, name), 1);
    const server = await connectServer({ home, userHome, args: [] });
    await useAll(server);
    await server.client.close();
    for (const name of databases) expect(versionOf(join(home, name)), name).toMatchObject({ version: expect.any(Number), isOurs: true });
    expect(server.stderr()).toBe("");
    expect(homeProblems(home)).toEqual([]);
  });

  it("brings the databases up while this one runs, which goes on", async () => {
    const { home, userHome } = await usedHome();
    const server = await connectServer({ home, userHome, args: [] });
    await useAll(server);
    for (const name of databases) writeVersion(join(home, name), 99);
    await useAll(server);
    await server.call("start_session", { provider: "acme", prompt: "columbine" });
    expect(await server.call("search_sessions", { query: "columbine", include_current: true })).toMatchObject({ total: 1 });
    await server.client.close();
    expect(databases.map((name) => versionOf(join(home, name)))).toEqual(databases.map(() => ({ version: 99, isOurs: false })));
    expect(homeProblems(home)).toEqual([]);
  });

  it("wrote fields into the index files that this one does not know, and finds them again", async () => {
    const { home, userHome, sessionId } = await usedHome();
    const indexes = [join(home, "logs/index.json"), join(home, "sessions_index.json")];
    for (const path of indexes) {
      const index = JSON.parse(readFileSync(path, "utf8")) as { sessions: object[] };
      writeFileSync(path, JSON.stringify({ ...index, sessions: index.sessions.map((entry) => ({ ...entry, mood: "calm" })), later: { version: 7 } }));
    }
    const server = await connectServer({ home, userHome, args: [] });
    await server.call("start_session", { provider: "acme", session_id: sessionId, resumed: true });
    await server.call("start_session", { provider: "acme", prompt: "columbine" });
    await server.call("end_session", { session_id: sessionId });
    await server.client.close();
    for (const path of indexes) {
      const index = JSON.parse(readFileSync(path, "utf8")) as { sessions: { mood?: string }[]; later: unknown };
      const moods = index.sessions.map(({ mood }) => mood);
      expect([moods.filter((mood) => mood === "calm").length > 0, moods.length - moods.filter((mood) => mood === "calm").length, index.later], path).toEqual([true, 1, { version: 7 }]);
    }
    expect(homeProblems(home)).toEqual([]);
    expect(server.stderr()).toBe("");
  });

  it("wrote lines of kinds and with fields that this one does not know: they are kept, counted and returned", async () => {
    const { home, sessionId } = await usedHome();
    const path = writtenLogs(home).find((log) => log.endsWith(`${sessionId}.jsonl`)) ?? "";
    const last = plainEvents(path).at(-1) ?? {};
    const head = { ...last, ts: new Date().toISOString(), type: "user_message", role: "user", content: "columbine", message_id: null, synthetic: undefined, success: undefined, error: undefined };
    const lines = [
      { ...head, seq: Number(last["seq"]) + 1, mood: "calm" },
      { ...head, seq: Number(last["seq"]) + 2, type: "dream", content: undefined, vision: { of: "sheep" } },
    ].map((line) => JSON.stringify(line));
    appendFileSync(path, `${lines.join("\n")}\n`);
    const server = await connectServer({ home });
    await server.call("start_session", { provider: "acme", session_id: sessionId, resumed: true });
    await server.call("emit_event", { session_id: sessionId, message: "after it" });
    const { events } = (await server.call("read_session", { session_id: sessionId, detail: "full" })) as { events: unknown[] };
    expect(events).toEqual(expect.arrayContaining(lines.map((line) => expect.objectContaining(JSON.parse(line) as object))));
    expect(await server.call("search_sessions", { query: "columbine", include_current: true })).toMatchObject({ total: 1 });
    expect(await server.call("session_stats", { session_id: sessionId })).toMatchObject({ totals: { events: events.length } });
    await server.client.close();
    expect(readFileSync(path, "utf8")).toContain(`${lines.join("\n")}\n`);
    expect(homeProblems(home)).toEqual([]);
  });
});
