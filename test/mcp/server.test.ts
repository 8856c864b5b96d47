import { describe, expect, test } from "vitest";
import { z } from "zod";
import { connectServer, spawnServer } from "../helpers/server.js";

describe("a client", () => {
  test("is told what the server can, what it is called and how to use it", async () => {
    const { client } = await connectServer();
    expect(client.getServerVersion()).toMatchObject({ name: "session-log", version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
    expect(client.getServerCapabilities()).toEqual({
      tools: {},
      resources: { subscribe: true, listChanged: true },
      prompts: {},
      completions: {},
      logging: {},
      extensions: { "io.modelcontextprotocol/ui": { mimeTypes: ["text/html;profile=mcp-app"] } },
    });
    expect(client.getInstructions()?.length).toBeLessThanOrEqual(1000);
    expect(await client.ping()).toEqual({});
  });

  test("gets tools whose whole list stays under 20,000 characters", async () => {
    const { client } = await connectServer();
    const list = await client.listTools();
    expect(JSON.stringify(list).length).toBeLessThan(20_000);
    expect(list.tools.length).toBeGreaterThan(5);
    await expect(client.listTools({ cursor: "x" })).rejects.toMatchObject({ code: -32602 });
  });

  test("reads the same in a result's text and in its structure", async () => {
    const { client } = await connectServer();
    const result = await client.callTool({ name: "start_session", arguments: { provider: "test" } });
    expect(result.isError).toBeUndefined();
    expect(result.content).toEqual([{ type: "text", text: JSON.stringify(result.structuredContent) }]);
  });

  test("is told -32602 for a tool that is not there, and an error result for arguments that are wrong", async () => {
    const { client, failure } = await connectServer();
    await expect(client.callTool({ name: "no_such_tool" })).rejects.toMatchObject({ code: -32602 });
    expect(await failure("start_session", {})).toMatch(/^INVALID_ARGUMENT: provider is missing/);
    expect(await failure("start_session", { provider: "test", colour: "red" })).toMatch(/^INVALID_ARGUMENT: Unknown argument "colour"\. It takes provider,/);
    expect(await failure("list_sessions", { limit: 101 })).toMatch(/^INVALID_ARGUMENT: limit 101 .*100/);
  });

  test("is refused writes by a server that only reads", async () => {
    const { failure, call } = await connectServer({ args: ["--read-only"] });
    expect(await failure("start_session", { provider: "test" })).toMatch(/^READ_ONLY: /);
    expect(await failure("emit_event", {})).toMatch(/^READ_ONLY: /);
    expect(await call("list_sessions")).toMatchObject({ sessions: [], total: 0 });
  });
});

describe("the connection", () => {
  test("answers malformed parameters with -32602 and unknown methods with -32601, and lives on", async () => {
    const server = spawnServer();
    await server.initialize();
    server.send({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { arguments: {} } });
    server.send({ jsonrpc: "2.0", id: 2, method: "resources/read", params: {} });
    server.send({ jsonrpc: "2.0", id: 3, method: "prompts/nothing" });
    server.send({ jsonrpc: "2.0", id: 4, method: "ping" });
    expect(await server.answer(1)).toMatchObject({ error: { code: -32602 } });
    expect(await server.answer(2)).toMatchObject({ error: { code: -32602 } });
    expect(await server.answer(3)).toMatchObject({ error: { code: -32601 } });
    expect(await server.answer(4)).toMatchObject({ result: {} });
  });

  test("survives garbage and a message of 11 MiB, and writes nothing but JSON-RPC", async () => {
    const server = spawnServer();
    await server.initialize();
    server.child.stdin.write("this is no JSON\n");
    const text = "x".repeat(11 * 1024 * 1024);
    server.send({ jsonrpc: "2.0", id: 77, method: "tools/call", params: { name: "emit_event", arguments: { message: text } } });
    server.send({ method: "tools/call", params: { name: "emit_event", arguments: { message: text } }, jsonrpc: "2.0", id: 78 });
    server.send({ jsonrpc: "2.0", id: 79, method: "tools/call", params: { name: "list_sessions" } });
    expect(await server.answer(77)).toMatchObject({ error: { code: -32600 } });
    expect(await server.answer(78)).toMatchObject({ error: { code: -32600 } });
    expect(await server.answer(79)).toHaveProperty("result.structuredContent.sessions");
    const message = z.looseObject({ jsonrpc: z.literal("2.0") });
    for (const line of server.messages()) message.parse(line);
    expect(server.messages().filter((sent) => "error" in sent && !("id" in sent))).toMatchObject([{ error: { code: -32700 } }]);
  });

  test("takes a message just under 10 MiB", async () => {
    const server = spawnServer();
    await server.initialize();
    server.send({ jsonrpc: "2.0", id: 1, method: "ping", params: { filler: "x".repeat(10 * 1024 * 1024 - 200) } });
    expect(await server.answer(1)).toMatchObject({ result: {} });
  });
});
