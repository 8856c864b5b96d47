import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { serverPath, spawnServer } from "../helpers/server.js";
import { providers } from "../../src/providers/registry.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";

const nativeId = "c0ffee00-1111-4222-8333-444455556666";

function run(args: string[], { home = tempDir(), input = "" } = {}) {
  const result = spawnSync(process.execPath, [serverPath, ...args], {
    cwd: home,
    env: { PATH: process.env["PATH"] ?? "", HOME: home },
    encoding: "utf8",
    input,
    timeout: 60_000,
  });
  return { code: result.status, out: result.stdout, err: result.stderr, home };
}

/** A user's home with one small native log. */
function homeWithNativeLog(): string {
  const home = tempDir();
  const folder = join(home, ".claude", "projects", "-tmp-app");
  mkdirSync(folder, { recursive: true });
  const record = {
    type: "user",
    uuid: "aaaaaaaa-0000-4000-8000-000000000001",
    parentUuid: null,
    sessionId: nativeId,
    cwd: "/tmp/app",
    version: "2.1.330",
    timestamp: "2026-11-20T10:00:00.000Z",
    message: { role: "user", content: "hello there" },
  };
  writeFileSync(join(folder, `${nativeId}.jsonl`), `${JSON.stringify(record)}\n`);
  return home;
}

describe("the command", () => {
  test("says its version and how it is used", () => {
    expect(run(["--version"])).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), err: "" });
    expect(run(["--help"])).toMatchObject({ code: 0, out: expect.stringContaining("--home DIR"), err: "" });
  });

  test.each([[["nonsense"]], [["--nonsense"]], [["import", "--since", "soon"]], [["--providers", "acme"]]])("ends %j with usage and code 2", (args) => {
    const { code, out, err } = run(args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain("Usage: session-log-mcp");
  });

  test("says which providers there are, with the usage of the command that was given another", () => {
    expect(run(["import", "--provider", "foo"])).toMatchObject({
      code: 2,
      err: 'session-log-mcp: Unknown provider "foo": give claude, codex, gemini, copilot\n\nUsage: session-log-mcp import [options]\nsession-log-mcp import --help says more.\n',
    });
  });

  test("says what to leave out where nothing may be imported", () => {
    expect(run(["import", "--read-only"])).toMatchObject({ code: 1, out: "", err: "session-log-mcp: Nothing is imported with --read-only. Leave it out.\n" });
  });

  test("answers what was piped into it, and ends", () => {
    const requests = [
      { jsonrpc: "2.0", id: 1, method: "initialize", params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "t", version: "1" } } },
      { jsonrpc: "2.0", method: "notifications/initialized" },
      { jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "list_sessions", arguments: {} } },
    ];
    const { code, out, err } = run(["--no-import"], { input: requests.map((request) => JSON.stringify(request)).join("\n") });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const answers = out.trim().split("\n").map((line) => JSON.parse(line) as { id: number; result?: { structuredContent?: unknown } });
    expect(answers.map(({ id }) => id)).toEqual([1, 2]);
    expect(answers[1]?.result?.structuredContent).toMatchObject({ sessions: [] });
  });
});

describe("import", () => {
  test("reads every provider that may be named, and refuses others", () => {
    expect(run(["import", "--providers", providers.map(({ name }) => name).join(",")])).toMatchObject({ code: 0, err: "" });
    expect(run(["import", "--providers", "claude,nobody"])).toMatchObject({ code: 2, err: expect.stringContaining("nobody") as string });
  });

  test("takes in native logs once, and reports as JSON", () => {
    const home = homeWithNativeLog();
    const first = run(["import", "--json"], { home });
    expect(first).toMatchObject({ code: 0, err: "" });
    expect(JSON.parse(first.out)).toMatchObject({ imported: 1, updated: 0, unchanged: 0, failed: [], by_provider: { claude: { imported: 1 } } });
    const second = run(["import", "--json"], { home });
    expect(JSON.parse(second.out)).toMatchObject({ imported: 0, unchanged: 1, events: 0 });
    expect(existsSync(join(home, ".session-log", "logs", "sessions", `${nativeId}.jsonl`))).toBe(true);
  });

  test("shows people a table, and writes nothing on a dry run", () => {
    const home = homeWithNativeLog();
    const { code, out } = run(["import", "--dry-run"], { home });
    expect(code).toBe(0);
    expect(out).toMatch(/^provider +imported +updated +unchanged +events\nclaude +1 +0 +0 +\d+\nall +1 /);
    expect(existsSync(join(home, ".session-log", "logs"))).toBe(false);
  });

  test("is refused where nothing may be written", () => {
    expect(run(["import", "--read-only"])).toMatchObject({ code: 1, out: "", err: expect.stringContaining("read-only") });
  });
});

describe("serve", () => {
  test("imports what is there in the background, while the client is served", async () => {
    const userHome = homeWithNativeLog();
    const server = spawnServer({ userHome, args: [] });
    await server.initialize();
    let id = 0;
    const seen = waitFor("the imported session", async () => {
      server.send({ jsonrpc: "2.0", id: ++id, method: "tools/call", params: { name: "list_sessions", arguments: {} } });
      return JSON.stringify(await server.answer(id)).includes(nativeId);
    });
    expect(await seen).toBe(true);
  });

  test("ends its sessions also where the index of all sessions cannot be written", async () => {
    const home = tempDir();
    mkdirSync(join(home, "sessions_index.json"));
    const server = spawnServer({ home, args: [], userHome: homeWithNativeLog() });
    await server.initialize();
    server.send({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "list_sessions", arguments: {} } });
    await server.answer(1);
    server.send({ jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "start_session", arguments: { provider: "test", session_id: "one" } } });
    const answer = (await server.answer(2)) as { result: { structuredContent: { log_path: string } } };
    server.child.stdin.end();
    expect(await server.exited).toBe(0);
    expect(readFileSync(answer.result.structuredContent.log_path, "utf8")).toMatch(/"type":"session_ended".*"synthetic":true/);
    expect(server.stderr()).toContain("Cannot write sessions_index.json");
    expect(server.stderr()).not.toMatch(/\n\s+at /);
  });

  test.each([
    ["the end of stdin", (server: ReturnType<typeof spawnServer>) => void server.child.stdin.end()],
    ["SIGTERM", (server: ReturnType<typeof spawnServer>) => void server.child.kill("SIGTERM")],
    ["SIGINT", (server: ReturnType<typeof spawnServer>) => void server.child.kill("SIGINT")],
  ])("ends with 0 at %s, and ends the sessions that it started", async (_what, end) => {
    const server = spawnServer();
    await server.initialize();
    server.send({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "start_session", arguments: { provider: "test", session_id: "one" } } });
    const answer = (await server.answer(1)) as { result: { structuredContent: { log_path: string } } };
    end(server);
    expect(await server.exited).toBe(0);
    const lines = readFileSync(answer.result.structuredContent.log_path, "utf8").trim().split("\n").map((line) => JSON.parse(line) as object);
    expect(lines.slice(1)).toMatchObject([{ type: "provider_status" }, { type: "session_ended", success: true, synthetic: true }]);
    expect(server.stderr()).toBe("");
  });

  test("ends with 0 when the client is gone and takes no more answers", async () => {
    const server = spawnServer();
    await server.initialize();
    server.child.stdout.destroy();
    server.send({ jsonrpc: "2.0", id: 1, method: "tools/list" });
    expect(await server.exited).toBe(0);
    expect(server.stderr()).toBe("");
  });

  test("ends while a tool still waits", async () => {
    const server = spawnServer();
    await server.initialize();
    server.send({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "start_session", arguments: { provider: "test", session_id: "one" } } });
    await server.answer(1);
    server.send({ jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "wait_for_events", arguments: { session_id: "one", timeout_ms: 50_000 } } });
    server.child.stdin.end();
    expect(await server.exited).toBe(0);
  });

  test("reads the home from its environment, and a leading ~ as the user's home", async () => {
    const userHome = tempDir();
    const result = spawnSync(process.execPath, [serverPath, "--no-import"], {
      cwd: userHome,
      env: { PATH: process.env["PATH"] ?? "", HOME: userHome, SESSION_LOG_HOME: "~/elsewhere" },
      input: `${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "start_session", arguments: { provider: "test" } } })}\n`,
      encoding: "utf8",
    });
    expect(result.status).toBe(0);
    expect(existsSync(join(userHome, "elsewhere", "logs", "sessions"))).toBe(true);
  });
});
