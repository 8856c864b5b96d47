import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { claudeUserHome } from "../../helpers/claude-user-home.js";
import { connectServer } from "../../helpers/server.js";

const linesOf = (path: unknown) =>
  readFileSync(String(path), "utf8").trimEnd().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);

describe("start_session", () => {
  it("makes a log in the workspace of the server, with its prompt", async () => {
    const server = await connectServer();
    const started = await server.call("start_session", { provider: "acme", model: "m1", title: "Importer", prompt: "fix it" });
    expect(started).toEqual({
      session_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      provider: "acme",
      started_at: expect.stringMatching(/Z$/),
      resumed: false,
      next_seq: 3,
      log_path: expect.stringContaining(server.home),
      events_uri: `session-log:///sessions/${String(started["session_id"])}/events.jsonl`,
    });
    expect(linesOf(started["log_path"])).toMatchObject([
      { seq: 1, type: "session_started", command: "mcp", model: "m1", cwd: server.cwd, resumed: false, title: "Importer" },
      { seq: 2, type: "user_message", role: "user", content: "fix it", source_kind: "wrapper" },
    ]);
  });

  it("goes on with a session only when resumed is said", async () => {
    const server = await connectServer();
    const first = await server.call("start_session", { provider: "acme", session_id: "My-1" });
    expect(await server.failure("start_session", { provider: "acme", session_id: "my-1" })).toMatch(/^SESSION_EXISTS: /);
    const again = await server.call("start_session", { provider: "acme", session_id: "My-1", resumed: true });
    expect(again).toMatchObject({ session_id: "My-1", resumed: true, log_path: first["log_path"], next_seq: 3 });
    expect(await server.call("start_session", { provider: "acme", session_id: "new-1", resumed: true })).toMatchObject({ resumed: false });
  });

  it("keeps what a resumed session has where the caller says nothing", async () => {
    const server = await connectServer();
    const first = await server.call("start_session", { provider: "acme", session_id: "my-1", command: "run", workspace_path: "/repo", model: "m", title: "T" });
    const again = await server.call("start_session", { provider: "other", session_id: "MY-1", resumed: true });
    expect(again).toMatchObject({ session_id: "my-1", resumed: true, provider: "acme", started_at: first["started_at"] });
    expect(linesOf(first["log_path"])[1]).toMatchObject({ provider: "acme", type: "session_started", command: "run", cwd: "/repo", resumed: true });
    const moved = { provider: "acme", session_id: "my-1", resumed: true, command: "go", workspace_path: "sub" };
    await server.call("start_session", moved);
    expect(linesOf(first["log_path"])[2]).toMatchObject({ command: "go", cwd: join(server.cwd, "sub") });
    const { session } = await server.call("read_session", { session_id: "my-1", limit: 0 });
    expect(session).toMatchObject({ title: "T", model: "m", command: "go", workspace: join(server.cwd, "sub"), started_at: first["started_at"] });
  });

  it("tells the defaults of a new session in its schema", async () => {
    const { client } = await connectServer();
    const { tools } = await client.listTools();
    const { properties } = tools.find(({ name }) => name === "start_session")?.inputSchema ?? {};
    expect(properties).toMatchObject({ command: { type: "string", default: "mcp" }, workspace_path: { type: "string", default: "." } });
  });

  it.each([
    [{}, "provider"],
    [{ provider: "No Spaces" }, "provider"],
    [{ provider: "acme", session_id: "../x" }, "session_id"],
    [{ provider: "acme", session_id: "latest" }, "session_id"],
    [{ provider: "acme", parent_session_id: "a/b" }, "parent_session_id"],
    [{ provider: "acme", nonsense: 1 }, "nonsense"],
    [{ provider: "acme", follow: true }, "followed"],
  ])("refuses %j naming what is wrong", async (args, name) => {
    const server = await connectServer();
    const text = await server.failure("start_session", args);
    expect(text).toMatch(/^INVALID_ARGUMENT: /);
    expect(text).toContain(name);
  });

  it("is refused by a server that only reads", async () => {
    const server = await connectServer({ args: ["--read-only"] });
    expect(await server.failure("start_session", { provider: "acme" })).toMatch(/^READ_ONLY: /);
  });
});

describe("start_session with follow", () => {
  const native = "6f1d2c3b-0000-4000-8000-00000000e202";

  it("takes over what the native log says", async () => {
    const server = await connectServer({ userHome: claudeUserHome(native) });
    const started = await server.call("start_session", { provider: "claude", session_id: "mine", provider_session_id: native, follow: true });
    expect(started).toMatchObject({ session_id: "mine", following: "attached" });
    const page = await server.call("wait_for_events", { session_id: "mine", types: ["assistant_message"], after_seq: 0 });
    expect(page["events"]).toMatchObject([{ text: "hi" }]);
  });

  it("answers the log that holds the native session already", async () => {
    const server = await connectServer({ userHome: claudeUserHome(native) });
    await server.call("import_sessions");
    const request = { provider: "claude", provider_session_id: native, follow: true };
    expect(await server.call("start_session", request)).toMatchObject({ session_id: native, resumed: true });
    expect(await server.failure("start_session", { ...request, session_id: "mine" })).toMatch(/^SESSION_EXISTS: .*6f1d2c3b/);
    expect((await server.call("list_sessions"))["total"]).toBe(1);
  });

  it("goes on looking where there is no native session yet", async () => {
    const server = await connectServer({ userHome: claudeUserHome(native) });
    expect(await server.call("start_session", { provider: "claude", follow: true })).toMatchObject({ following: "waiting", resumed: false });
  });

  it("goes on with a session that was started here for the same native session", async () => {
    const server = await connectServer({ userHome: claudeUserHome(native) });
    await server.call("start_session", { provider: "claude", session_id: "mine", provider_session_id: "native-9" });
    await server.call("end_session", { session_id: "mine" });
    const request = { provider: "claude", provider_session_id: "native-9", follow: true };
    expect(await server.call("start_session", request)).toMatchObject({ session_id: "mine", resumed: true, following: "waiting" });
    expect(await server.failure("start_session", { ...request, session_id: "other" })).toMatch(/^SESSION_EXISTS: .*mine/);
  });

  it("attaches nothing to a session that cannot be started", async () => {
    const server = await connectServer({ userHome: claudeUserHome(native) });
    await server.call("start_session", { provider: "acme", session_id: "mine" });
    const request = { provider: "claude", session_id: "mine", provider_session_id: native, follow: true };
    expect(await server.failure("start_session", request)).toMatch(/^SESSION_EXISTS: /);
  });
});
