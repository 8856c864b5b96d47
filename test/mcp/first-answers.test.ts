import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { ListRootsRequestSchema, SUPPORTED_PROTOCOL_VERSIONS } from "@modelcontextprotocol/sdk/types.js";
import { expect, test } from "vitest";
import { legacyVersions } from "../../src/mcp/legacy/handshake.js";
import { offered } from "../../src/mcp/offered.js";
import { listedTool } from "../../src/mcp/tool-calls.js";
import { connectServer, type RawServer, serverPath, spawnServer } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";

type Fields = Record<string, unknown>;

const clientInfo = { name: "test", version: "1" };
const modernMeta = { "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {} };

async function ask(server: RawServer, id: string, { method, params }: { method: string; params?: Fields }): Promise<Fields> {
  server.send({ jsonrpc: "2.0", id, method, params });
  return server.answer(id);
}

/** A server that has loaded what it needs to answer requests of `era`. */
async function loaded(era: "legacy" | "modern"): Promise<RawServer> {
  const server = spawnServer();
  await ask(server, "load", { method: "prompts/list", params: era === "modern" ? { _meta: modernMeta } : {} });
  return server;
}

function handshake(protocolVersion: string): { method: string; params: Fields } {
  return { method: "initialize", params: { protocolVersion, capabilities: { roots: { listChanged: true }, elicitation: {} }, clientInfo } };
}

test("the revisions with a handshake are those of the SDK", () => {
  expect(legacyVersions).toEqual(SUPPORTED_PROTOCOL_VERSIONS);
});

test("the tools that the build left beside the program are those of the program", () => {
  const built: unknown = JSON.parse(readFileSync(new URL("tools-list.json", `file://${serverPath}`), "utf8"));
  expect(built).toEqual(JSON.parse(JSON.stringify(offered.tools.map(listedTool))));
});

test.each([...legacyVersions, "1999-01-01", "2026-07-28"])("a handshake for revision %s is answered before the SDK is loaded as the SDK answers it", async (version) => {
  const [first, later] = [spawnServer(), await loaded("legacy")];
  expect(await ask(first, "a", handshake(version))).toEqual(await ask(later, "a", handshake(version)));
  expect(await ask(first, "b", { method: "tools/list" })).toEqual(await ask(later, "b", { method: "tools/list" }));
  expect(await ask(first, "c", { method: "ping" })).toEqual(await ask(later, "c", { method: "ping" }));
});

test.each(["server/discover", "tools/list"])("%s of the revision without a handshake is answered before its server is loaded as that answers it", async (method) => {
  const [first, later] = [spawnServer(), await loaded("modern")];
  const request = { method, params: { _meta: modernMeta } };
  expect(await ask(first, "a", request)).toEqual(await ask(later, "a", request));
});

test.each([
  ["without its client's name", { protocolVersion: "2025-11-25", capabilities: {} }],
  ["whose capabilities are no objects", { protocolVersion: "2025-11-25", capabilities: { roots: 5 }, clientInfo }],
  ["without a revision", { capabilities: {}, clientInfo }],
  ["without anything", undefined],
])("a handshake %s is refused, and the next one is taken", async (_, params) => {
  const server = spawnServer();
  expect(await ask(server, "a", { method: "initialize", ...(params && { params }) })).toMatchObject({ error: { code: -32602, message: expect.stringContaining("initialize needs protocolVersion") } });
  expect(await ask(server, "b", handshake("2025-11-25"))).toMatchObject({ result: { protocolVersion: "2025-11-25" } });
});

test("a handshake is answered once, whatever follows, and requests that come at once are answered in full", async () => {
  const server = spawnServer();
  const call = { name: "start_session", arguments: { provider: "acme", session_id: "s1" } };
  server.child.stdin.write(
    [
      { jsonrpc: "2.0", id: 0, ...handshake("2025-06-18") },
      { jsonrpc: "2.0", method: "notifications/initialized" },
      { jsonrpc: "2.0", id: 1, method: "tools/list" },
      { jsonrpc: "2.0", id: 2, method: "tools/call", params: call },
      { jsonrpc: "2.0", id: 3, method: "ping" },
    ].map((message) => `${JSON.stringify(message)}\n`).join(""),
  );
  await server.answer(2);
  await server.answer(3);
  server.child.stdin.end();
  expect(await server.exited).toBe(0);
  const answers = server.messages().filter((message) => "id" in message && !("method" in message));
  expect(answers.map(({ id }) => id).toSorted()).toEqual([0, 1, 2, 3]);
  expect(answers.find(({ id }) => id === 2)).toMatchObject({ result: { structuredContent: { session_id: "s1" } } });
  expect(server.stderr()).toBe("");
});

test("an input that ends after the handshake gets its answer, and the server is gone at once", async () => {
  const server = spawnServer();
  server.child.stdin.end(`${JSON.stringify({ jsonrpc: "2.0", id: 7, ...handshake("2025-11-25") })}\n`);
  expect(await server.exited).toBe(0);
  expect(server.messages()).toMatchObject([{ id: 7, result: { protocolVersion: "2025-11-25" } }]);
});

test("what the client can do is known after a handshake that was answered first: its root is the workspace", async () => {
  const root = tempDir();
  const client = new Client(clientInfo, { capabilities: { roots: {} } });
  client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: [{ uri: pathToFileURL(root).href }] }));
  const { call } = await connectServer({ client });
  const { session_id: id } = await call("start_session", { provider: "acme" });
  expect(await call("read_session", { session_id: id, limit: 0 })).toMatchObject({ session: { workspace: root } });
});
