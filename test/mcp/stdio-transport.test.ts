import { PassThrough, Writable } from "node:stream";
import type { RpcMessage } from "../../src/mcp/json-rpc.js";
import { describe, expect, test } from "vitest";
import { StdioTransport } from "../../src/mcp/stdio-transport.js";
import { waitFor } from "../helpers/wait-for.js";

interface Answer {
  id: unknown;
  error?: { code: number };
}

function ping(id: number | string): string {
  return `${JSON.stringify({ jsonrpc: "2.0", id, method: "ping" })}\n`;
}

/** A transport on streams in memory, with what it delivered and wrote. */
async function started(options: { maxMessageBytes?: number; graceMs?: number } = {}) {
  const input = new PassThrough();
  const output = new PassThrough();
  const transport = new StdioTransport(input, output, options);
  const messages: RpcMessage[] = [];
  const state = { ended: 0, closed: 0, written: "" };
  output.on("data", (chunk: Buffer) => (state.written += chunk.toString()));
  transport.start({ onMessage: (message) => void messages.push(message), onInputEnd: () => void (state.ended += 1), onClose: () => void (state.closed += 1) });
  const answers = (): Answer[] => state.written.split("\n").filter(Boolean).map((line) => JSON.parse(line) as Answer);
  return { input, output, transport, messages, state, answers };
}

describe("StdioTransport", () => {
  test("delivers messages however the bytes are cut", async () => {
    const { input, messages } = await started();
    const bytes = Buffer.from(ping("ä€😀") + ping(2) + ping(3));
    for (let at = 0; at < bytes.length; at += 3) input.write(bytes.subarray(at, at + 3));
    await waitFor("three messages", () => messages.length === 3);
    expect(messages.map((message) => (message as { id: unknown }).id)).toEqual(["ä€😀", 2, 3]);
  });

  test("writes answers to requests that came together in one piece, and in order", async () => {
    const pieces: string[] = [];
    const output = new Writable({ decodeStrings: false, write: (chunk: string, _encoding, done) => void (pieces.push(chunk), done()) });
    output._writev = (chunks, done) => void (pieces.push(chunks.map(({ chunk }) => String(chunk)).join("")), done());
    const input = new PassThrough();
    const transport = new StdioTransport(input, output);
    const answer = (message: RpcMessage): void => void transport.send({ jsonrpc: "2.0", id: (message as { id: number }).id, result: {} });
    transport.start({ onMessage: (message) => queueMicrotask(() => answer(message)), onInputEnd: () => undefined, onClose: () => undefined });
    input.write(ping(1));
    await waitFor("an answer", () => pieces.length === 1);
    input.write(ping(2) + ping(3) + ping(4));
    await waitFor("the last answer", () => pieces.join("").includes('"id":4'));
    const ids = pieces.map((piece) => piece.trim().split("\n").map((line) => (JSON.parse(line) as Answer).id));
    expect(ids).toEqual([[1], [2, 3, 4]]);
  });

  test("keeps nothing back when it is closed", async () => {
    const { input, transport, messages, answers } = await started();
    input.write(ping(1) + ping(2));
    await waitFor("both", () => messages.length === 2);
    void transport.send({ jsonrpc: "2.0", id: 1, result: {} });
    expect(answers()).toEqual([]);
    await transport.close();
    expect(answers()).toEqual([{ jsonrpc: "2.0", id: 1, result: {} }]);
  });

  test("answers garbage with -32700 and goes on", async () => {
    const { input, messages, answers } = await started();
    input.write(`{"jsonrpc": nonsense\n\n  \r\n${ping(7)}`);
    await waitFor("the message behind it", () => messages.length === 1);
    expect(answers()).toEqual([{ jsonrpc: "2.0", error: { code: -32700, message: expect.any(String) } }]);
  });

  test.each([
    ["[]", undefined],
    ["5", undefined],
    ['{"id":3}', 3],
    ['{"jsonrpc":"1.0","id":"a","method":"ping"}', "a"],
    ['{"jsonrpc":"2.0","id":null,"method":"ping"}', undefined],
    ['{"jsonrpc":"2.0","id":4,"method":"ping","params":{"_meta":5}}', 4],
  ])("answers %s, which is no JSON-RPC, with -32600 and the id it finds, if any", async (line, id) => {
    const { input, messages, answers } = await started();
    input.write(`${line}\n${ping(7)}`);
    await waitFor("the message behind it", () => messages.length === 1);
    expect(answers()).toEqual([{ jsonrpc: "2.0", ...(id !== undefined && { id }), error: { code: -32600, message: expect.any(String) } }]);
  });

  test.each([
    ["at the start", (filler: string) => `{"jsonrpc":"2.0","id":11,"method":"x","params":{"a":"${filler}"}}\n`, 11],
    ["at the end", (filler: string) => `{"method":"x","params":{"id":5,"a":"${filler}"},"jsonrpc":"2.0","id":"q"}\n`, "q"],
    ["nowhere", (filler: string) => `{"method":"x","params":{"id":5,"a":"${filler}"},"jsonrpc":"2.0"}\n`, undefined],
  ])("answers a message that is too long with -32600, with its id %s", async (_where, line, id) => {
    const { input, messages, answers } = await started({ maxMessageBytes: 10_000 });
    input.write(line("x".repeat(50_000)));
    input.write(ping(7));
    await waitFor("the message behind it", () => messages.length === 1);
    expect(answers()).toEqual([{ jsonrpc: "2.0", ...(id !== undefined && { id }), error: { code: -32600, message: expect.any(String) } }]);
  });

  test("takes a message that is exactly as long as allowed", async () => {
    const line = ping(1);
    const { input, messages } = await started({ maxMessageBytes: line.length - 1 });
    input.write(line);
    expect(await waitFor("the message", () => messages.length === 1)).toBe(true);
  });

  test("closes at the end of its input, once", async () => {
    const { input, state } = await started();
    input.end();
    await waitFor("the close", () => state.closed > 0);
    expect(state.closed).toBe(1);
  });

  test("answers what had come before the end of its input", async () => {
    const { input, transport, messages, state, answers } = await started({ graceMs: 60_000 });
    input.end(ping(1) + ping(2).trimEnd());
    await waitFor("both messages", () => messages.length === 2);
    expect(state.closed).toBe(0);
    await transport.send({ jsonrpc: "2.0", id: 1, result: {} });
    expect(state.closed).toBe(0);
    await transport.send({ jsonrpc: "2.0", id: 2, result: {} });
    expect(state.closed).toBe(1);
    await waitFor("both answers", () => answers().length === 2);
  });

  test("does not wait for the answer to a cancelled request", async () => {
    const { input, state } = await started({ graceMs: 60_000 });
    input.write(ping(1));
    input.end(`${JSON.stringify({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } })}\n`);
    expect(await waitFor("the close", () => state.closed === 1)).toBe(true);
  });

  test("does not wait longer than its grace", async () => {
    const { input, state } = await started({ graceMs: 30 });
    input.end(ping(1));
    expect(await waitFor("the close", () => state.closed === 1)).toBe(true);
  });

  test("says that no more will come where it waits, so that what has no end of its own can be ended", async () => {
    const { input, transport, state } = await started({ graceMs: 60_000 });
    input.end(ping(1));
    await waitFor("the end of the input", () => state.ended === 1);
    await transport.send({ jsonrpc: "2.0", id: 1, result: {} });
    expect(state).toMatchObject({ ended: 1, closed: 1 });
  });

  test("closes when its output fails, and sending is harmless from then on", async () => {
    const input = new PassThrough();
    const output = new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error("gone"), { code: "EPIPE" })) });
    const transport = new StdioTransport(input, output);
    let closed = 0;
    transport.start({ onMessage: () => undefined, onInputEnd: () => undefined, onClose: () => void (closed += 1) });
    await transport.send({ jsonrpc: "2.0", method: "x" });
    await waitFor("the close", () => closed === 1);
    await transport.send({ jsonrpc: "2.0", method: "y" });
    expect(closed).toBe(1);
  });

  test("waits for a slow reader with one listener, and stops reading meanwhile", async () => {
    const input = new PassThrough();
    const output = new PassThrough({ highWaterMark: 1000 });
    const transport = new StdioTransport(input, output);
    transport.start({ onMessage: () => undefined, onInputEnd: () => undefined, onClose: () => undefined });
    const listeners = output.listenerCount("drain");
    let sent = 0;
    const big = { jsonrpc: "2.0" as const, method: "x", params: { text: "y".repeat(1_000_000) } };
    const sends = Array.from({ length: 30 }, () => transport.send(big).then(() => sent++));
    expect(output.listenerCount("drain")).toBe(listeners);
    expect(sent).toBe(0);
    expect(input.isPaused()).toBe(true);
    output.resume();
    await Promise.all(sends);
    expect(input.isPaused()).toBe(false);
  });
});
