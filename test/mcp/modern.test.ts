import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { expect, onTestFinished, test } from "vitest";
import { tools } from "../../src/mcp/tools/catalogue.js";
import { claudeUserHome } from "../helpers/claude-user-home.js";
import { type RawServer, serverPath, spawnServer } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";

type Fields = Record<string, unknown>;

const version = "2026-07-28";
const meta = (more: Fields = {}): Fields => ({ "io.modelcontextprotocol/protocolVersion": version, "io.modelcontextprotocol/clientCapabilities": {}, ...more });
const info = { "io.modelcontextprotocol/serverInfo": { name: "session-log", title: "Session log", version: expect.any(String) } };

/** Asks as a client of that revision does: nothing comes before. */
function ask(server: RawServer, id: string | number, method: string, params: Fields = {}): Promise<Fields> {
  server.send({ jsonrpc: "2.0", id, method, params: { _meta: meta(), ...params } });
  return server.answer(id);
}

test("the server tells of itself, lists and answers without a handshake; each result says what it is, and lists how long they hold", async () => {
  const server = spawnServer();
  expect(await ask(server, 1, "server/discover")).toEqual({
    jsonrpc: "2.0",
    id: 1,
    result: {
      resultType: "complete",
      supportedVersions: [version],
      capabilities: { tools: {}, resources: { subscribe: true, listChanged: true }, prompts: {}, completions: {}, extensions: { "io.modelcontextprotocol/ui": { mimeTypes: ["text/html;profile=mcp-app"] } } },
      instructions: expect.stringContaining("search_sessions"),
      ttlMs: 3_600_000,
      cacheScope: "public",
      _meta: info,
    },
  });
  const { result: listed } = (await ask(server, 2, "tools/list")) as { result: { tools: { name: string }[] } & Fields };
  expect(listed).toMatchObject({ resultType: "complete", ttlMs: 3_600_000, cacheScope: "public" });
  expect(listed.tools.map(({ name }) => name)).toEqual(tools.map(({ name }) => name));
  const started = await ask(server, "three", "tools/call", { name: "start_session", arguments: { provider: "acme", session_id: "s1", prompt: "hello modern" } });
  expect(started).toMatchObject({ id: "three", result: { resultType: "complete", structuredContent: { session_id: "s1" }, _meta: info } });
  expect((started["result"] as Fields)["ttlMs"]).toBeUndefined();
  const uri = "session-log:///sessions/s1/transcript.md";
  expect(await ask(server, 4, "resources/read", { uri })).toMatchObject({ result: { ttlMs: 0, cacheScope: "private", contents: [{ uri, text: expect.stringContaining("hello modern") }] } });
  expect(await ask(server, 5, "prompts/get", { name: "handoff", arguments: { session: "s1" } })).toMatchObject({ result: { messages: [{ role: "user" }] } });
  const completion = { ref: { type: "ref/prompt", name: "handoff" }, argument: { name: "session", value: "s" } };
  expect(await ask(server, 6, "completion/complete", completion)).toMatchObject({ result: { resultType: "complete", completion: { values: ["s1"] } } });
  for (const [method, key] of [["resources/list", "resources"], ["resources/templates/list", "resourceTemplates"], ["prompts/list", "prompts"]] as const) {
    expect(await ask(server, method, method)).toMatchObject({ result: { resultType: "complete", ttlMs: expect.any(Number), cacheScope: expect.any(String), [key]: expect.any(Array) } });
  }
  expect(server.stderr()).toBe("");
});

test.each([
  ["no revision of ours", { _meta: meta({ "io.modelcontextprotocol/protocolVersion": "1900-01-01" }) }, { code: -32022, data: { supported: [version], requested: "1900-01-01" } }],
  ["no capabilities", { _meta: { "io.modelcontextprotocol/protocolVersion": version } }, { code: -32602, message: expect.stringContaining("clientCapabilities") }],
  ["nothing of its sender", {}, { code: -32602, message: expect.stringContaining("protocolVersion") }],
  ["a revision that is no text", { _meta: meta({ "io.modelcontextprotocol/protocolVersion": 5 }) }, { code: -32602 }],
])("a request with %s is refused by the code of the revision", async (_, params, error) => {
  const server = spawnServer();
  server.send({ jsonrpc: "2.0", id: 1, method: "server/discover", params });
  expect(await server.answer(1)).toMatchObject({ error });
});

test("what the revision no longer has, and what it has no code for, is answered by what it has", async () => {
  const server = spawnServer();
  for (const method of ["ping", "initialize", "logging/setLevel", "resources/subscribe", "no/such"]) {
    expect(await ask(server, method, method), method).toMatchObject({ error: { code: -32601 } });
  }
  expect(await ask(server, 1, "resources/read", { uri: "session-log:///sessions/nowhere" })).toMatchObject({ error: { code: -32602, data: { uri: "session-log:///sessions/nowhere" } } });
  expect(await ask(server, 2, "tools/call", { name: "no_such_tool" })).toMatchObject({ error: { code: -32602 } });
  expect(await ask(server, 3, "tools/call", { name: "read_session", arguments: { session_id: "nowhere" } })).toMatchObject({ result: { isError: true } });
  expect(await ask(server, 4, "tools/call", { name: 5 })).toMatchObject({ error: { code: -32602 } });
  expect(await ask(server, 5, "subscriptions/listen")).toMatchObject({ error: { code: -32602 } });
});

test("a call is cancelled without an answer, and another tells how far it is", async () => {
  const server = spawnServer({ userHome: claudeUserHome("c0ffee00-1111-4222-8333-000000000002") });
  await ask(server, 1, "tools/call", { name: "start_session", arguments: { provider: "acme", session_id: "s1" } });
  server.send({ jsonrpc: "2.0", id: 2, method: "tools/call", params: { _meta: meta(), name: "wait_for_events", arguments: { session_id: "s1", timeout_ms: 50_000 } } });
  server.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 2, reason: "enough" } });
  await ask(server, 3, "tools/call", { name: "import_sessions", arguments: {}, _meta: meta({ progressToken: "p" }) });
  expect(server.messages().filter(({ method }) => method === "notifications/progress").map(({ params }) => (params as Fields)["progressToken"])).toContain("p");
  expect(server.messages().some(({ id }) => id === 2)).toBe(false);
});

test("a stream tells of the resources that it names, with its own id, until it is cancelled; another until the server ends", async () => {
  const server = spawnServer();
  await ask(server, 1, "tools/call", { name: "start_session", arguments: { provider: "acme", session_id: "s1" } });
  const uri = "session-log:///sessions/s1/events.jsonl";
  const streamOf = ({ params }: Fields): unknown => (params as { _meta?: Fields } | undefined)?._meta?.["io.modelcontextprotocol/subscriptionId"];
  const told = (id: unknown, method: string) => server.messages().filter((message) => message["method"] === method && streamOf(message) === id);
  server.send({ jsonrpc: "2.0", id: "a", method: "subscriptions/listen", params: { _meta: meta(), notifications: { resourceSubscriptions: [uri], toolsListChanged: true } } });
  const [acknowledged] = await waitFor("the acknowledgement", () => told("a", "notifications/subscriptions/acknowledged").length > 0 && told("a", "notifications/subscriptions/acknowledged"));
  // Tools never change here: that is not promised.
  expect(acknowledged?.["params"]).toEqual({ notifications: { resourceSubscriptions: [uri] }, _meta: { "io.modelcontextprotocol/subscriptionId": "a" } });
  await ask(server, 2, "tools/call", { name: "emit_event", arguments: { session_id: "s1", message: "one" } });
  await waitFor("the update", () => told("a", "notifications/resources/updated").length > 0);
  expect(told("a", "notifications/resources/updated")[0]?.["params"]).toMatchObject({ uri });
  server.send({ jsonrpc: "2.0", id: "b", method: "subscriptions/listen", params: { _meta: meta(), notifications: { resourcesListChanged: true, resourceSubscriptions: [uri] } } });
  await waitFor("the other acknowledgement", () => told("b", "notifications/subscriptions/acknowledged").length > 0);
  server.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: "a" } });
  const before = told("a", "notifications/resources/updated").length;
  await ask(server, 3, "tools/call", { name: "start_session", arguments: { provider: "acme", session_id: "s2" } });
  await ask(server, 4, "tools/call", { name: "emit_event", arguments: { session_id: "s1", message: "two" } });
  await waitFor("the other's update", () => told("b", "notifications/resources/updated").length > 0 && told("b", "notifications/resources/list_changed").length > 0);
  expect(told("a", "notifications/resources/updated").length).toBe(before);
  server.child.kill("SIGTERM");
  expect(await server.exited).toBe(0);
  const ends = server.messages().filter(({ id }) => id === "a" || id === "b");
  expect(ends).toEqual([{ jsonrpc: "2.0", id: "b", result: { resultType: "complete", _meta: { ...info, "io.modelcontextprotocol/subscriptionId": "b" } } }]);
});

test("a stream begins with what is there of what it names, and says so", async () => {
  const server = spawnServer();
  await ask(server, 1, "tools/call", { name: "start_session", arguments: { provider: "acme", session_id: "s1" } });
  const [there, nowhere] = ["session-log:///sessions/s1", "session-log:///sessions/nowhere"];
  const acknowledged = (): unknown[] => server.messages().filter(({ method }) => method === "notifications/subscriptions/acknowledged").map(({ params }) => (params as Fields)["notifications"]);
  for (const [id, resourceSubscriptions] of [["a", [nowhere, there, there]], ["b", [nowhere, "file:///etc/passwd"]]] as const) {
    server.send({ jsonrpc: "2.0", id, method: "subscriptions/listen", params: { _meta: meta(), notifications: { resourceSubscriptions } } });
    await waitFor("the acknowledgement", () => acknowledged().length === (id === "a" ? 1 : 2));
  }
  expect(acknowledged()).toEqual([{ resourceSubscriptions: [there] }, {}]);
  server.child.stdin.end();
  expect(await server.exited).toBe(0);
  expect(server.messages().filter(({ id }) => id === "a" || id === "b")).toMatchObject([{ result: {} }, { result: {} }]);
  expect(server.stderr()).toBe("");
});

test.each([
  ["with its request", (server: RawServer) => server.child.stdin.end()],
  ["after its acknowledgement", async (server: RawServer) => {
    await waitFor("the acknowledgement", () => server.messages().length > 0);
    server.child.stdin.end();
  }],
])("a stream ends with its result when the input ends %s: nobody waits for what cannot come", async (_, end) => {
  const server = spawnServer();
  server.send({ jsonrpc: "2.0", id: 1, method: "subscriptions/listen", params: { _meta: meta(), notifications: { resourcesListChanged: true } } });
  await end(server);
  expect(await server.exited).toBe(0);
  expect(server.messages()).toMatchObject([{ method: "notifications/subscriptions/acknowledged" }, { id: 1, result: { resultType: "complete" } }]);
});

test("both eras are spoken on one connection, each as if it were alone", async () => {
  const server = spawnServer();
  expect(await ask(server, 1, "tools/call", { name: "start_session", arguments: { provider: "acme", session_id: "s1" } })).toMatchObject({ result: { resultType: "complete" } });
  expect(await server.initialize()).toMatchObject({ result: { protocolVersion: "2025-11-25" } });
  server.send({ jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "list_sessions", arguments: {} } });
  const old = (await server.answer(2))["result"] as Fields;
  expect(old).toMatchObject({ structuredContent: { total: 1 } });
  expect(old).not.toHaveProperty("resultType");
  expect(await ask(server, 3, "tools/call", { name: "list_sessions", arguments: {} })).toMatchObject({ result: { resultType: "complete", structuredContent: { total: 1 } } });
});

test("the official client of that revision lists, calls, reads, hears of changes and of their end", async () => {
  const client = new Client({ name: "test", version: "1.0.0" }, { versionNegotiation: { mode: { pin: version } } });
  const errors: Error[] = [];
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the SDK's callback; it is no event target
  client.onerror = (error) => void errors.push(error);
  const args = [serverPath, "--home", tempDir(), "--no-import"];
  const transport = new StdioClientTransport({ command: process.execPath, args, env: { HOME: tempDir() }, stderr: "pipe" });
  await client.connect(transport);
  onTestFinished(() => client.close());
  expect(client.getNegotiatedProtocolVersion()).toBe(version);
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(tools.map(({ name }) => name));
  const { structuredContent } = await client.callTool({ name: "start_session", arguments: { provider: "acme", session_id: "s1", prompt: "hello" } });
  expect(structuredContent).toMatchObject({ session_id: "s1" });
  expect((await client.listResources()).resources.map(({ uri }) => uri)).toContain("session-log:///sessions/s1/events.jsonl");
  expect((await client.listPrompts()).prompts.length).toBe(4);
  expect((await client.readResource({ uri: "session-log:///sessions/s1" })).contents).toHaveLength(1);
  await expect(client.readResource({ uri: "session-log:///sessions/nowhere" })).rejects.toMatchObject({ code: -32602 });
  const heard: string[] = [];
  client.setNotificationHandler("notifications/resources/updated", ({ params }) => void heard.push(params.uri));
  client.setNotificationHandler("notifications/resources/list_changed", () => void heard.push("list"));
  const uri = "session-log:///sessions/s1/events.jsonl";
  const listening = await client.listen({ resourcesListChanged: true, toolsListChanged: true, resourceSubscriptions: [uri] });
  expect(listening.honoredFilter).toEqual({ resourcesListChanged: true, resourceSubscriptions: [uri] });
  await client.callTool({ name: "emit_event", arguments: { session_id: "s1", message: "one" } });
  await client.callTool({ name: "start_session", arguments: { provider: "acme", session_id: "s2" } });
  await waitFor("both changes", () => [uri, "list"].every((one) => heard.includes(one)));
  const { pid } = transport;
  if (!pid) throw new Error("The server does not run");
  process.kill(pid, "SIGTERM");
  expect(await listening.closed).toBe("graceful");
  expect(errors).toEqual([]);
});
