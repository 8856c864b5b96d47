import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { tools } from "../../src/mcp/tools/catalogue.js";
import { prompts } from "../../src/mcp/prompts/catalogue.js";
import { claudeUserHome } from "../helpers/claude-user-home.js";
import { type RawServer, spawnServer } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";
import { newerClientsThere } from "./newer-clients.js";
import { publishedSchema, type Revision } from "./published-schema.js";

type Fields = Record<string, unknown>;

const claudeId = "0a1b2c3d-1111-4222-8333-444455556666";
/** What clients of both revisions are told by such a session. */
const told = ["notifications/progress", "notifications/resources/updated", "notifications/resources/list_changed"];

const resultOf: Readonly<Record<string, string>> = {
  initialize: "InitializeResult",
  ping: "EmptyResult",
  "logging/setLevel": "EmptyResult",
  "resources/subscribe": "EmptyResult",
  "resources/unsubscribe": "EmptyResult",
  "server/discover": "DiscoverResult",
  "subscriptions/listen": "SubscriptionsListenResult",
  "tools/list": "ListToolsResult",
  "tools/call": "CallToolResult",
  "resources/list": "ListResourcesResult",
  "resources/templates/list": "ListResourceTemplatesResult",
  "resources/read": "ReadResourceResult",
  "prompts/list": "ListPromptsResult",
  "prompts/get": "GetPromptResult",
  "completion/complete": "CompleteResult",
};

/** Calls of every tool, in an order in which they succeed. */
const toolCalls: readonly [name: string, args: Fields][] = [
  ["start_session", { provider: "acme", session_id: "s1", prompt: "hello «wire»" }],
  ["emit_event", { session_id: "s1", message: "one" }],
  ["import_sessions", {}],
  ["list_sessions", { detail: "full" }],
  ["read_session", { session_id: claudeId, detail: "full" }],
  ["search_sessions", { query: "hello", context: 2 }],
  ["wait_for_events", { session_id: "s1", after_seq: -1 }],
  ["session_stats", { group_by: "model" }],
  ["end_session", { session_id: "s1", result: "done" }],
];

const promptCalls: readonly [name: string, args: Fields][] = [
  ["recall", { topic: "hello" }],
  ["handoff", { session: "s1" }],
  ["standup", {}],
  ["postmortem", { session: claudeId }],
];

/** What is refused, each in its own way; none gives a result. */
const refused: readonly [method: string, params: Fields][] = [
  ["no/such", {}],
  ["tools/call", { name: "no_such_tool" }],
  ["tools/call", { name: 5 }],
  ["tools/list", { cursor: "no such" }],
  ["resources/list", { cursor: "no such" }],
  ["resources/read", { uri: "session-log:///sessions/nowhere" }],
  ["resources/read", {}],
  ["prompts/get", { name: "no_such_prompt" }],
  ["completion/complete", {}],
];

/** The server tells that others can read it. */
function homeThatOthersCanRead(): string {
  const home = tempDir();
  mkdirSync(join(home, "logs"));
  chmodSync(home, 0o755);
  return home;
}

/** A client's half of a long session: it asks, and remembers by which method. */
class Asking {
  readonly server: RawServer;
  readonly methods = new Map<unknown, string>();
  readonly #meta: Fields;

  constructor(server: RawServer, meta: Fields) {
    this.server = server;
    this.#meta = meta;
  }

  send(method: string, params: Fields = {}, meta: Fields = {}): number {
    const id = this.methods.size + 1;
    this.methods.set(id, method);
    const all = { ...this.#meta, ...meta };
    this.server.send({ jsonrpc: "2.0", id, method, params: { ...params, ...(Object.keys(all).length > 0 && { _meta: all }) } });
    return id;
  }

  async ask(method: string, params: Fields = {}, meta: Fields = {}): Promise<Fields> {
    const { result, error } = await this.server.answer(this.send(method, params, meta));
    if (!result) throw new Error(`${method} failed: ${JSON.stringify(error)}`);
    return result as Fields;
  }

  heard(method: string): boolean {
    return this.server.messages().some((message) => message["method"] === method);
  }
}

/** What a client of either era can ask, and what both refuse. */
async function askAll(asking: Asking): Promise<void> {
  const { server } = asking;
  expect(promptCalls.map(([name]) => name).toSorted()).toEqual(prompts.map(({ name }) => name).toSorted());
  expect(toolCalls.map(([name]) => name).toSorted()).toEqual(tools.map(({ name }) => name).toSorted());
  await asking.ask("tools/list");
  await asking.ask("resources/list");
  for (const [name, args] of toolCalls) expect(await asking.ask("tools/call", { name, arguments: args }, { progressToken: `of ${name}` })).not.toHaveProperty("isError");
  expect(await asking.ask("tools/call", { name: "read_session", arguments: { session_id: "nowhere" } })).toMatchObject({ isError: true });
  const { resources } = (await asking.ask("resources/list")) as { resources: { uri: string }[] };
  for (const uri of [...resources.map((resource) => resource.uri), "session-log:///sessions/s1", "session-log:///sessions/s1/transcript.md"]) await asking.ask("resources/read", { uri });
  const { resourceTemplates } = (await asking.ask("resources/templates/list")) as { resourceTemplates: { uriTemplate: string }[] };
  for (const { uriTemplate } of resourceTemplates) await asking.ask("completion/complete", { ref: { type: "ref/resource", uri: uriTemplate }, argument: { name: /\{(\w+)/.exec(uriTemplate)?.[1], value: "" } });
  await asking.ask("prompts/list");
  for (const [name, args] of promptCalls) {
    await asking.ask("prompts/get", { name, arguments: args });
    for (const argument of Object.keys(args)) await asking.ask("completion/complete", { ref: { type: "ref/prompt", name }, argument: { name: argument, value: "" } });
  }
  for (const [method, params] of refused) {
    const { error } = await server.answer(asking.send(method, params));
    expect(error, method).toMatchObject({ code: expect.any(Number) });
  }
  server.child.stdin.write('nonsense\n[]\n{"jsonrpc":"2.0","id":"no method"}\n');
  await waitFor("three refusals", () => server.messages().filter(({ id, error }) => error && typeof id !== "number").length === 3);
}

/** With a request of the server, and a warning of it. */
async function sessionOf2025(server: RawServer): Promise<Asking> {
  const asking = new Asking(server, {});
  await asking.ask("initialize", { protocolVersion: "2025-11-25", capabilities: { roots: {} }, clientInfo: { name: "test", version: "1" } });
  server.send({ jsonrpc: "2.0", method: "notifications/initialized" });
  await asking.ask("ping");
  await asking.ask("logging/setLevel", { level: "debug" });
  const listing = asking.send("tools/call", { name: "list_sessions", arguments: { workspace: "." } });
  const wanted = await waitFor("the request for roots", () => server.messages().find(({ method }) => method === "roots/list"));
  server.send({ jsonrpc: "2.0", id: wanted["id"], result: { roots: [{ uri: "file:///w" }] } });
  await server.answer(listing);
  await asking.ask("resources/subscribe", { uri: "session-log:///sessions" });
  await askAll(asking);
  await asking.ask("resources/unsubscribe", { uri: "session-log:///sessions" });
  return asking;
}

/** With streams, one of which is open at the end, and a revision that is not spoken. */
async function sessionOf2026(server: RawServer): Promise<Asking> {
  const asking = new Asking(server, { "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {} });
  await asking.ask("server/discover");
  asking.send("subscriptions/listen", { notifications: { resourcesListChanged: true, toolsListChanged: true, resourceSubscriptions: ["session-log:///sessions"] } });
  await waitFor("the acknowledgement", () => asking.heard("notifications/subscriptions/acknowledged"));
  await askAll(asking);
  for (const method of ["ping", "subscriptions/listen"]) expect(await server.answer(asking.send(method))).toHaveProperty("error.code");
  const unspoken = asking.send("tools/list", {}, { "io.modelcontextprotocol/protocolVersion": "1900-01-01" });
  expect(await server.answer(unspoken)).toMatchObject({ error: { code: -32022 } });
  return asking;
}

const sessions = {
  "2025-11-25": { of: sessionOf2025, asks: ["roots/list"], tells: ["notifications/message"], error: (): string => "JSONRPCErrorResponse" },
  "2026-07-28": {
    of: sessionOf2026,
    asks: [],
    tells: ["notifications/subscriptions/acknowledged"],
    error: (code: number): string => (code === -32022 ? "UnsupportedProtocolVersionError" : "JSONRPCErrorResponse"),
  },
} as const;

/** The definitions that a message has to fit. */
function definitionsOf(message: Fields, { methods }: Asking, errorOf: (code: number) => string): [definition: string, value: unknown][] {
  if ("error" in message) return [[errorOf((message["error"] as { code: number }).code), message]];
  if ("result" in message) {
    return [
      ["JSONRPCResultResponse", message],
      [resultOf[methods.get(message["id"]) ?? ""] ?? "nothing that was asked", message["result"]],
    ];
  }
  return "id" in message
    ? [["JSONRPCRequest", message], ["ServerRequest", message]]
    : [["JSONRPCNotification", message], ["ServerNotification", message]];
}

describe.skipIf(!newerClientsThere())("what the server writes", () => {
  test.each(["2025-11-25", "2026-07-28"] as const satisfies Revision[])("fits the published schema of %s, message by message, in a session that asks for everything", async (revision) => {
    const fault = publishedSchema(revision);
    const { of, asks, tells, error } = sessions[revision];
    const server = spawnServer({ home: homeThatOthersCanRead(), userHome: claudeUserHome(claudeId) });
    const asking = await of(server);
    await waitFor("what is told unasked", () => [...told, ...tells].every((method) => asking.heard(method)));
    server.child.stdin.end();
    expect(await server.exited).toBe(0);
    const messages = server.messages();
    const faults = messages.flatMap((message) =>
      definitionsOf(message, asking, error).flatMap(([name, value]) => {
        const found = fault(name, value);
        return found === undefined ? [] : [`${name}: ${found}, in ${JSON.stringify(message).slice(0, 400)}`];
      }),
    );
    expect(faults).toEqual([]);
    expect(new Set(messages.map(({ method }) => method).filter(Boolean))).toEqual(new Set([...asks, ...told, ...tells]));
    expect([...asking.methods].filter(([id]) => !messages.some((message) => message["id"] === id))).toEqual([]);
    console.log(`${revision}: ${messages.length} messages of the server fit the published schema`);
  });

  test("is looked at by schemas that refuse what is wrong", () => {
    const [old, modern] = [publishedSchema("2025-11-25"), publishedSchema("2026-07-28")];
    const error = { jsonrpc: "2.0", id: null, error: { code: -32700, message: "no JSON" } };
    for (const fault of [old, modern]) {
      expect(fault("JSONRPCErrorResponse", error)).toContain("id");
      expect(fault("ServerNotification", { jsonrpc: "2.0", method: "notifications/resources/updated", params: {} })).toBeDefined();
      expect(() => fault("NoSuchResult", {})).toThrow("NoSuchResult");
    }
    expect(old("ListToolsResult", { tools: [] })).toBeUndefined();
    expect(modern("ListToolsResult", { tools: [] })).toContain("required");
  });
});
