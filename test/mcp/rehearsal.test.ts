import { existsSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { EraRouter } from "../../src/mcp/era-router.js";
import { createLegacyServer } from "../../src/mcp/legacy/legacy-server.js";
import { offered } from "../../src/mcp/offered.js";
import { rehearse } from "../../src/mcp/rehearsal.js";
import type { Host } from "../../src/mcp/host.js";
import { StdioTransport } from "../../src/mcp/stdio-transport.js";
import { connectServer, spawnServer } from "../helpers/server.js";
import { waitFor } from "../helpers/wait-for.js";

test("a server that nobody asks anything opens the databases by itself, says nothing of it, and answers of a home without sessions", async () => {
  const server = spawnServer({ args: [] });
  await server.initialize();
  await waitFor("the databases", () => ["catalogue.sqlite", "search.sqlite"].every((name) => existsSync(join(server.home, name))));
  server.send({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "list_sessions", arguments: {} } });
  expect(await server.answer(1)).toMatchObject({ result: { structuredContent: { total: 0 } } });
  expect(server.messages().filter(({ id, method }) => id !== "init" && id !== 1 && method !== "notifications/resources/list_changed")).toEqual([]);
  expect(server.stderr()).toBe("");
});

test("what is rehearsed writes no event", async () => {
  const { home, call } = await connectServer({ args: [] });
  const { session_id: id } = await call("start_session", { provider: "acme", prompt: "the word" });
  await waitFor("the search index", () => existsSync(join(home, "search.sqlite")));
  expect(await call("search_sessions", { query: "the", session_id: id })).toMatchObject({ total: 1 });
  expect(await call("read_session", { session_id: id, from: "start" })).toMatchObject({ last_seq: 2 });
});

test("a stopped server rehearses no further", async () => {
  const host = { services: () => Promise.reject(new Error("a part was opened")), onInternal: (_id: string, error: unknown) => void failures.push(error) } as unknown as Host;
  const failures: unknown[] = [];
  await rehearse(offered.tools, host, AbortSignal.abort());
  expect(failures).toEqual([]);
  await rehearse(offered.tools, host, new AbortController().signal);
  expect(failures).toHaveLength(7);
});

test("the call that a client's server rehearses is made, and its answer sent to nobody", async () => {
  const failures: string[] = [];
  const host = { version: "1", services: () => Promise.reject(new Error("a part was opened")), onInternal: (id: string) => void failures.push(id), mask: (text: string) => text } as unknown as Host;
  const [input, output] = [new PassThrough(), new PassThrough()];
  let said = "";
  output.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const ids = (): unknown[] => said.split("\n").slice(0, -1).map((line) => (JSON.parse(line) as { id?: unknown }).id);
  const transport = new StdioTransport(input, output);
  const servers = { legacy: () => createLegacyServer(host, offered, { send: (message) => router.send(message), close: () => transport.close() }), modern: () => Promise.reject(new Error("not asked for")) };
  const router: EraRouter = new EraRouter(transport, servers, { onInitialized: () => undefined, onClosed: () => undefined, onError: (error) => failures.push(String(error)) });
  router.start();
  const ask = async (id: number, method: string, params: object): Promise<void> => {
    input.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    await waitFor(`the answer to ${method}`, () => ids().includes(id));
  };
  await ask(1, "initialize", { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1" } });
  router.rehearse();
  await waitFor("the rehearsed call", () => failures.length > 0);
  await ask(2, "ping", {});
  expect(ids()).toEqual([1, 2]);
  expect(failures).toHaveLength(1);
  await router.close();
});
