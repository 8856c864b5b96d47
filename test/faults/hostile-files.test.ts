import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { readFixtures } from "../contracts/read-fixtures.js";
import { homeProblems } from "../helpers/home-check.js";
import { oddFiles, putOdd } from "../helpers/odd-files.js";
import { connectServer, type ConnectedServer } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";
import { treeOf } from "../helpers/tree.js";
import { promptLine, sessionPath, uuidOf, writeLines } from "../ingest/claude-lines.js";

/** Files of a home, as paths below it. A folder in place of an index is told, and left. */
const ownFiles = ["catalogue.sqlite", "search.sqlite", "import.sqlite", "sessions_index.json", "logs/index.json", "logs/locks/index.json.state", "logs/sessions/odd-session.jsonl"];
const native = [
  { provider: "claude", fixture: "titles", folder: ".claude" },
  { provider: "codex", fixture: "first-envelopes", folder: ".codex" },
  { provider: "gemini", fixture: "journal", folder: ".gemini" },
  { provider: "copilot", fixture: "one-turn", folder: ".copilot" },
] as const;

interface Places {
  base: string;
  home: string;
  userHome: string;
  outside: string;
}

function places(): Places {
  const base = tempDir();
  const made = { base, home: join(base, "home"), userHome: join(base, "user"), outside: join(base, "outside") };
  for (const dir of [made.userHome, made.outside]) mkdirSync(dir);
  return made;
}

/** Each tool that reads finds the one session that holds `word` among `sessions`, and none fails. */
async function readsAll(server: ConnectedServer, word: string, sessions: number): Promise<void> {
  expect(await server.call("list_sessions", { include_children: true })).toMatchObject({ total: sessions });
  for (const match of ["words", "substring"]) expect(await server.call("search_sessions", { query: word, match })).toMatchObject({ total: 1 });
  expect(await server.call("session_stats", { include_children: true })).toMatchObject({ totals: { sessions } });
  for (const { uri } of (await server.client.listResources()).resources) await server.client.readResource({ uri });
}

describe.skipIf(process.platform === "win32")("what stands where a file should be", () => {
  it.for([...oddFiles.keys()])("%s in place of a home's files is neither waited for, nor followed, nor written through", { timeout: 60_000 }, async (odd, { skip }) => {
    const { home, userHome, outside } = places();
    const names = odd === "a folder" ? ownFiles.filter((name) => !name.endsWith("index.json")) : ownFiles;
    for (const name of names) if (!(await putOdd(odd, { path: join(home, name), outside }))) skip("this user can make no device");
    writeLines(sessionPath(join(userHome, ".claude"), uuidOf(1)), promptLine(1, "paint it marigold", { sessionId: uuidOf(1) }));
    const before = treeOf(outside);

    const server = await connectServer({ home, userHome, args: [] });
    await server.call("import_sessions");
    await server.call("start_session", { provider: "acme", session_id: "mine", prompt: "paint it periwinkle" });
    expect(await server.failure("start_session", { provider: "acme", session_id: "odd-session" })).toMatch(/^LOG_IO: .*stands there\. Remove it\.$/);
    expect(await server.failure("emit_event", { session_id: "odd-session", message: "x" })).toMatch(/^SESSION_NOT_FOUND: /);
    expect(await server.failure("read_session", { session_id: "odd-session" })).toMatch(/^SESSION_NOT_FOUND: /);
    await readsAll(server, "marigold", 2);
    await readsAll(server, "periwinkle", 2);
    await server.call("end_session", { session_id: "mine" });
    await server.client.close();
    rmSync(join(home, "logs/sessions/odd-session.jsonl"), { recursive: true });
    expect(homeProblems(home)).toEqual([]);
    expect(treeOf(outside)).toEqual(before);
    expect(server.stderr()).not.toMatch(/\n {4}at /);
  });

  it.for(["a pipe", "a folder", "a link to an empty file", "a device"])("%s where a lock should be is told, and all that needs no lock is answered", { timeout: 60_000 }, async (odd, { skip }) => {
    const { home, userHome, outside } = places();
    for (const name of ["ingest.lease", "logs/locks/index.lock"]) if (!(await putOdd(odd, { path: join(home, name), outside }))) skip("this user can make no device");
    const before = treeOf(outside);
    const server = await connectServer({ home, userHome, args: [] });
    await server.call("start_session", { provider: "acme", session_id: "mine", prompt: "paint it periwinkle" });
    expect(await server.failure("import_sessions")).toMatch(/^LOG_IO: Cannot lock ".*": a .* stands there\. Remove it\.$/);
    await readsAll(server, "periwinkle", 1);
    await server.client.close();
    expect(treeOf(outside)).toEqual(before);
    expect(server.stderr()).not.toMatch(/\n {4}at /);
  });

  it.for([...oddFiles.keys(), "a second name of a file"])("%s in place of an agent's file is passed over, and the others are imported", { timeout: 60_000 }, async (odd, { skip }) => {
    const { home, userHome, outside } = places();
    for (const { provider, fixture, folder } of native) {
      const found = readFixtures(provider).find(({ name }) => name === fixture);
      const path = join(userHome, folder, found?.path ?? "");
      if (odd === "a second name of a file") {
        const secret = join(outside, provider);
        writeFileSync(secret, found?.bytes ?? "");
        mkdirSync(dirname(path), { recursive: true });
        linkSync(secret, path);
      } else if (!(await putOdd(odd, { path, outside }))) skip("this user can make no device");
    }
    writeLines(sessionPath(join(userHome, ".claude"), uuidOf(1)), promptLine(1, "paint it marigold", { sessionId: uuidOf(1) }));
    const before = treeOf(outside);
    const server = await connectServer({ home, userHome, args: [] });
    await server.call("import_sessions");
    await readsAll(server, "marigold", 1);
    await server.client.close();
    expect(homeProblems(home)).toEqual([]);
    expect(treeOf(outside)).toEqual(before);
    expect(server.stderr()).not.toMatch(/\n {4}at /);
  });

  it("a log with a second name, such as a copy of the home made by links, goes on", async () => {
    const { home, userHome, outside } = places();
    const first = await connectServer({ home, userHome });
    const { log_path } = await first.call("start_session", { provider: "acme", session_id: "mine" });
    linkSync(String(log_path), join(outside, "copy.jsonl"));
    expect(await first.call("emit_event", { session_id: "mine", message: "noted" })).toMatchObject({ last_seq: 2 });
    expect(readFileSync(String(log_path), "utf8").split("\n")).toHaveLength(3);
    expect(homeProblems(home)).toEqual([]);
  });
});
