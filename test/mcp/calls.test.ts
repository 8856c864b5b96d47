import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { ListRootsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { describe, expect, test } from "vitest";
import { connectServer, spawnServer } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";

function clientWithRoots(roots: string[], { name = "test" } = {}): { client: Client; asked: () => number } {
  const client = new Client({ name, version: "1" }, { capabilities: { roots: { listChanged: true } } });
  let asked = 0;
  client.setRequestHandler(ListRootsRequestSchema, () => {
    asked++;
    return { roots: roots.map((path) => ({ uri: path.includes(":") ? path : pathToFileURL(path).href })) };
  });
  return { client, asked: () => asked };
}

async function workspaceOfNew(call: (name: string, args?: Record<string, unknown>) => Promise<Record<string, unknown>>, args = {}): Promise<unknown> {
  const { session_id } = await call("start_session", { provider: "test", ...args });
  const { session } = (await call("read_session", { session_id, limit: 0 })) as { session: { workspace?: string } };
  return session.workspace;
}

describe("the workspace of a call", () => {
  test("is the client's first root that is a folder, asked for once and again when it changed", async () => {
    const roots = ["https://example.org/x", tempDir()];
    const { client, asked } = clientWithRoots(roots);
    const { call } = await connectServer({ client });
    expect(asked()).toBe(0);
    expect(await workspaceOfNew(call)).toBe(roots[1]);
    expect(await workspaceOfNew(call, { workspace_path: "sub" })).toBe(join(roots[1] as string, "sub"));
    expect(asked()).toBe(1);
    roots[1] = tempDir();
    await client.sendRootsListChanged();
    expect(await workspaceOfNew(call)).toBe(roots[1]);
  });

  test("is the working folder where the client has no roots, or refuses to tell them", async () => {
    const plain = await connectServer();
    expect(await workspaceOfNew(plain.call)).toBe(plain.cwd);
    expect(await workspaceOfNew(plain.call, { workspace_path: "~/app" })).toBe(join(plain.cwd, "app"));
    const client = new Client({ name: "test", version: "1" }, { capabilities: { roots: {} } });
    client.setRequestHandler(ListRootsRequestSchema, () => {
      throw new Error("no");
    });
    const refusing = await connectServer({ client });
    expect(await workspaceOfNew(refusing.call)).toBe(refusing.cwd);
  });
});

describe("the asking session", () => {
  test("is found by the client's own variable", async () => {
    const client = new Client({ name: "claude-code", version: "2.1.330" });
    const { call } = await connectServer({ client, env: { CLAUDE_CODE_SESSION_ID: "native-1", COPILOT_AGENT_SESSION_ID: "native-2" } });
    for (const id of ["native-2", "native-1"]) {
      await call("start_session", { provider: "test", session_id: `ours-${id}`, provider_session_id: id });
    }
    await call("start_session", { provider: "test", session_id: "another" });
    expect(await call("read_session", { session_id: "current", limit: 0 })).toMatchObject({ session: { session_id: "ours-native-1" } });
  });

  test("is found by what Codex says of each call", async () => {
    const { client, call } = await connectServer({ client: new Client({ name: "codex-mcp-client", version: "0.169.0" }) });
    for (const id of ["root", "thread"]) await call("start_session", { provider: "test", session_id: `ours-${id}`, provider_session_id: id });
    await call("start_session", { provider: "test", session_id: "another" });
    const result = await client.callTool({
      name: "read_session",
      arguments: { session_id: "current", limit: 0 },
      _meta: { "x-codex-turn-metadata": { session_id: "root", thread_id: "thread", turn_id: "t" } },
    });
    expect(result.structuredContent).toMatchObject({ session: { session_id: "ours-thread" } });
  });
});

describe("an asking session that is logged a moment after it asks", () => {
  const connect = async () => {
    const env = { CLAUDE_CODE_SESSION_ID: "native-own" };
    const server = await connectServer({ client: new Client({ name: "claude-code", version: "2.1.330" }), env });
    await server.call("start_session", { provider: "test", session_id: "earlier" });
    const other = await connectServer({ home: server.home, userHome: server.cwd });
    return { ...server, logOwn: () => other.call("start_session", { provider: "test", session_id: "own", provider_session_id: "native-own" }) };
  };

  test.each(["current", "previous"])("is not taken for the one before it by a read of %s", async (ref) => {
    const { call, logOwn } = await connect();
    const read = call("read_session", { session_id: ref, limit: 0 });
    await logOwn();
    expect(await read).toMatchObject({ session: { session_id: ref === "current" ? "own" : "earlier" } });
  });

  test("can be written to", async () => {
    const { call, logOwn } = await connect();
    const write = call("emit_event", { session_id: "current", message: "early" });
    await logOwn();
    expect(await write).toMatchObject({ session_id: "own", count: 1 });
  });

  test("is given up after a while: a read takes the one written last in the workspace, a write none", async () => {
    const { call, failure } = await connect();
    expect(await call("read_session", { session_id: "current", limit: 0 })).toMatchObject({ session: { session_id: "earlier" } });
    expect(await failure("emit_event", { session_id: "current", message: "x" })).toMatch(/^SESSION_NOT_FOUND: The asking session "native-own" is not logged yet/);
  });
});

describe("a home that cannot be a folder", () => {
  test.each([[["--no-import"]], [[]]])("is LOG_IO to who writes, and holds nothing for who reads, with flags %j", async (args) => {
    const file = join(tempDir(), "file");
    writeFileSync(file, "");
    for (const home of [file, join(file, "below")]) {
      const { call, failure, stderr } = await connectServer({ home, args });
      // The background begins by itself, or with the first call.
      if (args.length === 0 && home === file) await waitFor("the warning", () => stderr().includes("Cannot import in the background"));
      expect(await failure("start_session", { provider: "test" })).toMatch(/^LOG_IO: /);
      expect(await failure("import_sessions")).toMatch(/^LOG_IO: /);
      expect(await call("list_sessions")).toEqual({ sessions: [], total: 0 });
    }
  });
});

/** Sessions of Claude Code, each of so many prompts. */
function writeClaudeSessions(userHome: string, { sessions, prompts }: { sessions: number; prompts: number }): void {
  const folder = join(userHome, ".claude", "projects", "-tmp-app");
  mkdirSync(folder, { recursive: true });
  for (let index = 0; index < sessions; index++) {
    const sessionId = `c0ffee00-1111-4222-8333-${String(index).padStart(12, "0")}`;
    const lines = Array.from({ length: prompts }, (_, at) => ({
      type: "user",
      uuid: `aaaaaaaa-${String(at).padStart(4, "0")}-4000-8000-${String(index).padStart(12, "0")}`,
      parentUuid: null,
      sessionId,
      cwd: "/tmp/app",
      version: "2.1.330",
      timestamp: "2026-11-20T10:00:00.000Z",
      message: { role: "user", content: `hello ${at}` },
    }));
    writeFileSync(join(folder, `${sessionId}.jsonl`), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  }
}

describe("a long call", () => {
  test("can be cancelled, is not answered then, says nothing on stderr, and the next call is answered", async () => {
    const { client, call, stderr } = await connectServer();
    await call("start_session", { provider: "test", session_id: "one" });
    const abort = new AbortController();
    const waiting = client.callTool({ name: "wait_for_events", arguments: { session_id: "one", timeout_ms: 50_000 } }, undefined, { signal: abort.signal });
    abort.abort("enough");
    await expect(waiting).rejects.toThrow("enough");
    expect(await call("list_sessions")).toMatchObject({ total: 1 });
    await client.close();
    expect(stderr()).toBe("");
  });

  test("is stopped by notifications/cancelled: an import leaves what it had not read, and is not answered", async () => {
    const userHome = tempDir();
    writeClaudeSessions(userHome, { sessions: 60, prompts: 400 });
    const { client, call } = await connectServer({ userHome });
    const abort = new AbortController();
    const importing = client.callTool({ name: "import_sessions", arguments: {} }, undefined, { signal: abort.signal, onprogress: () => abort.abort("enough") });
    await expect(importing).rejects.toThrow("enough");
    const imported = Number((await call("list_sessions", { provider: "claude" }))["total"]);
    expect(imported).toBeLessThan(60);
    expect(await call("import_sessions", { dry_run: true })).toMatchObject({ imported: 60 - imported });
  });

  test("tells of a search that reads logs through how far it is, and ends it when it is cancelled", async () => {
    const server = await connectServer();
    for (let nth = 0; nth < 60; nth++) {
      await server.call("start_session", { provider: "test", session_id: `s-${nth}` });
      await server.call("emit_event", { session_id: `s-${nth}`, message: "x 1".repeat(20_000) });
    }
    const search = { name: "search_sessions", arguments: { query: "[0-9]{3}[abc]", match: "regex" } };
    const told: { progress: number; total?: number | undefined; message?: string | undefined }[] = [];
    const answer = await server.client.callTool(search, undefined, { onprogress: (progress) => void told.push(progress) });
    expect(answer.structuredContent).toMatchObject({ total: 0 });
    expect(told[0]).toMatchObject({ progress: 0, total: 60, message: "0 of 60 logs" });
    const abort = new AbortController();
    const cancelled = server.client.callTool(search, undefined, { signal: abort.signal, onprogress: () => abort.abort("enough") });
    await expect(cancelled).rejects.toThrow("enough");
    expect(await server.call("list_sessions")).toMatchObject({ total: 60 });
    expect(server.stderr()).toBe("");
  });

  test("tells how far it is to a caller that asks for it", async () => {
    const userHome = tempDir();
    writeClaudeSessions(userHome, { sessions: 3, prompts: 1 });
    const { client } = await connectServer({ userHome });
    const told: number[] = [];
    const result = await client.callTool({ name: "import_sessions", arguments: {} }, undefined, { onprogress: ({ progress }) => void told.push(progress) });
    expect(result.structuredContent).toMatchObject({ imported: 3 });
    expect(told.length).toBeGreaterThan(0);
    expect([...told].sort((a, b) => a - b)).toEqual(told);
  });
});

test("sixty-four calls at a time are all answered, each once, and nothing is said on stderr", async () => {
  const server = spawnServer();
  await server.initialize();
  server.send({ jsonrpc: "2.0", id: 0, method: "tools/call", params: { name: "start_session", arguments: { provider: "test", session_id: "one" } } });
  await server.answer(0);
  for (let id = 1; id <= 640; id++) {
    server.send({ jsonrpc: "2.0", id, method: "tools/call", params: { name: "emit_event", arguments: { session_id: "one", message: `note ${id}` } } });
  }
  const answers = await waitFor("all answers", () => {
    const found = server.messages().filter(({ id }) => typeof id === "number" && id > 0);
    return found.length === 640 && found;
  });
  const seqs = answers.map(({ result }) => (result as { structuredContent: { last_seq: number } }).structuredContent.last_seq);
  expect(new Set(seqs).size).toBe(640);
  expect(server.stderr()).toBe("");
});
