import { describe, expect, test } from "vitest";
import type { RpcMessage } from "../../src/mcp/json-rpc.js";
import { type OpenRequest, OpenRequests } from "../../src/mcp/open-requests.js";
import { resourceNotFound, RpcError, rpcCodes } from "../../src/mcp/rpc-error.js";
import { spawnServer } from "../helpers/server.js";

function opened() {
  const sent: RpcMessage[] = [];
  const send = async (message: RpcMessage): Promise<void> => void sent.push(message);
  const errorOf = (error: unknown): RpcError => (error instanceof RpcError ? error : new RpcError(rpcCodes.internal, "failed"));
  return { sent, requests: new OpenRequests({ send, errorOf }) };
}

/** Work that ends when it is told to. */
function held() {
  let give!: (result: Record<string, unknown>) => void;
  const result = new Promise<Record<string, unknown>>((resolve) => (give = resolve));
  return { give, result };
}

describe("a request", () => {
  test("is answered with its result or its error, once, and is open until then", async () => {
    const { sent, requests } = opened();
    const { give, result } = held();
    const answered = requests.answer(1, () => result);
    expect(requests.has(1)).toBe(true);
    give({ done: true });
    await answered;
    expect(requests.has(1)).toBe(false);
    await requests.answer("two", () => Promise.reject(resourceNotFound("x:y")));
    await requests.answer(3, () => Promise.reject(new TypeError("no matter")));
    await requests.answer(4, () => Promise.resolve(undefined));
    expect(sent).toEqual([
      { jsonrpc: "2.0", id: 1, result: { done: true } },
      { jsonrpc: "2.0", id: "two", error: { code: rpcCodes.resourceNotFound, message: "Resource not found", data: { uri: "x:y" } } },
      { jsonrpc: "2.0", id: 3, error: { code: rpcCodes.internal, message: "failed" } },
    ]);
  });

  test.for(["before", "after"])("that is cancelled %s its signal was asked for has that aborted, and is not answered", async (when) => {
    const { sent, requests } = opened();
    const { give, result } = held();
    let seen: OpenRequest | undefined;
    const answered = requests.answer(1, (request) => {
      seen = request;
      return result;
    });
    const early = when === "after" ? seen?.signal : undefined;
    expect(requests.cancel(1, "no more needed")).toBe(true);
    expect(seen?.isCancelled).toBe(true);
    expect((early ?? seen?.signal)?.reason).toEqual(new Error("no more needed"));
    give({ done: true });
    await answered;
    expect(sent).toEqual([]);
    expect(requests.cancel(1, undefined)).toBe(false);
  });

  test("whose id is given again stays open when the one before it is answered", async () => {
    const { sent, requests } = opened();
    const [first, second] = [held(), held()];
    const answers = [requests.answer(1, () => first.result), requests.answer(1, () => second.result)];
    first.give({ of: "first" });
    await answers[0];
    requests.cancelAll("The server stops");
    second.give({ of: "second" });
    await answers[1];
    expect(sent).toEqual([{ jsonrpc: "2.0", id: 1, result: { of: "first" } }]);
  });
});

test("a client that says all at once is answered as one that waits, whatever else its calls hold", async () => {
  const server = spawnServer({ env: { CLAUDE_CODE_SESSION_ID: "01234567-89ab-4cde-8f01-23456789abcd" } });
  const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "claude-code", version: "1" } };
  server.send({ jsonrpc: "2.0", id: 1, method: "initialize", params });
  server.send({ jsonrpc: "2.0", method: "notifications/initialized" });
  server.send({ jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "start_session", arguments: { provider: "claude", provider_session_id: "01234567-89ab-4cde-8f01-23456789abcd" } } });
  server.send({ jsonrpc: "2.0", id: 3, method: "tools/call", params: { name: "emit_event", arguments: { session_id: "current", message: "hi" }, task: { ttl: 1000 }, _meta: { progressToken: [] } } });
  const { result } = (await server.answer(2)) as { result: { structuredContent: { session_id: string } } };
  expect(await server.answer(3)).toMatchObject({ result: { structuredContent: { session_id: result.structuredContent.session_id, count: 1 } } });
});
