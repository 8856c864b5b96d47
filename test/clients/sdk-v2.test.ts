import { join } from "node:path";
import { Client, ResourceNotFoundError } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { describe, expect, onTestFinished, test } from "vitest";
import { promptLine, sessionPath, uuidOf, writeLines } from "../ingest/claude-lines.js";
import { tools } from "../../src/mcp/tools/catalogue.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";
import { type CommandLine, importedId, plantedServer, startedId } from "./planted-home.js";

interface Connected {
  client: Client;
  stderr(): string;
}

/** The successor SDK's client, connected as it connects by default: with `initialize`. It ends with the test, which fails where a line of the server was no message of that revision, or was one that the client missed and not what it `mayMiss`. */
async function connectV2([command, ...args]: CommandLine, { userHome = tempDir(), mayMiss = /^$/ } = {}): Promise<Connected> {
  const transport = new StdioClientTransport({ command, args, env: { HOME: userHome }, stderr: "pipe" });
  let stderr = "";
  transport.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const client = new Client({ name: "test", version: "1.0.0" });
  const errors: Error[] = [];
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the SDK's callback; it is no event target
  client.onerror = (error) => void errors.push(error);
  await client.connect(transport);
  onTestFinished(async () => {
    await client.close();
    expect(errors.filter(({ message }) => !mayMiss.test(message))).toEqual([]);
  });
  return { client, stderr: () => stderr };
}

describe("the client of the SDK's second version", () => {
  test("connects by default as all do since 2025-11-25, and after a probe for what is newer", async () => {
    const server = await plantedServer();
    const { client } = await connectV2(server);
    expect(client.getNegotiatedProtocolVersion()).toBe("2025-11-25");
    expect(client.getServerVersion()).toMatchObject({ name: "session-log" });
    expect(client.getInstructions()).toContain("search_sessions");
    const [command, ...args] = server;
    const probing = new Client({ name: "test", version: "1.0.0" }, { versionNegotiation: { mode: "auto" } });
    await probing.connect(new StdioClientTransport({ command, args, env: { HOME: tempDir() }, stderr: "pipe" }));
    onTestFinished(() => probing.close());
    const result = await probing.callTool({ name: "list_sessions", arguments: {} });
    expect(result.structuredContent).toMatchObject({ total: 2 });
  });

  test("lists what v1 lists, and takes every answer as one that fits its output schema", async () => {
    const { client, stderr } = await connectV2(await plantedServer());
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(tools.map(({ name }) => name));
    for (const [name, toolArguments] of Object.entries({
      search_sessions: { query: "hello", context: 2 },
      list_sessions: { detail: "full" },
      read_session: { session_id: importedId, detail: "full" },
      wait_for_events: { session_id: startedId, after_seq: -1 },
      session_stats: { group_by: "model" },
      start_session: { provider: "test", session_id: "another" },
      emit_event: { session_id: "another", message: "a note" },
      end_session: { session_id: "another", result: "done" },
      import_sessions: { dry_run: true },
    })) {
      const { isError, structuredContent, content } = await client.callTool({ name, arguments: toolArguments });
      expect({ name, isError, content }).toEqual({ name, isError: undefined, content: [{ type: "text", text: JSON.stringify(structuredContent) }] });
    }
    const failed = await client.callTool({ name: "read_session", arguments: { session_id: "nowhere" } });
    expect(failed).toMatchObject({ isError: true, content: [{ text: expect.stringMatching(/^SESSION_NOT_FOUND: /) }] });
    await expect(client.callTool({ name: "no_such_tool", arguments: {} })).rejects.toMatchObject({ code: -32602 });
    await client.close();
    expect(stderr()).toBe("");
  });

  test("reads resources, completes ids and walks the pages of the list to their end", async () => {
    const { client } = await connectV2(await plantedServer());
    for (let index = 0; index < 60; index++) await client.callTool({ name: "start_session", arguments: { provider: "test", session_id: `many-${index}` } });
    const { resources } = await client.listResources();
    // The two that are always there and the newest fifty sessions: more than a page holds.
    expect(new Set(resources.map(({ uri }) => uri)).size).toBe(52);
    const uri = `session-log:///sessions/${importedId}/transcript.md`;
    const { contents } = await client.readResource({ uri });
    expect(contents).toMatchObject([{ uri, mimeType: "text/markdown", text: expect.stringContaining("hello") }]);
    const { resourceTemplates } = await client.listResourceTemplates();
    const template = resourceTemplates.find(({ uriTemplate }) => uriTemplate.endsWith("transcript.md"))?.uriTemplate ?? "";
    const { completion } = await client.complete({ ref: { type: "ref/resource", uri: template }, argument: { name: "session_id", value: "0a1b" } });
    expect(completion.values).toEqual([importedId]);
    await expect(client.readResource({ uri: "session-log:///nothing" })).rejects.toBeInstanceOf(ResourceNotFoundError);
  });

  test("is told what changes in what it subscribed to, also by another process, and nothing after it unsubscribed", async () => {
    const server = await plantedServer();
    const [{ client }, { client: writer }] = [await connectV2(server), await connectV2(server)];
    const updates: string[] = [];
    client.setNotificationHandler("notifications/resources/updated", ({ params }) => void updates.push(params.uri));
    const [events, all] = [`session-log:///sessions/${startedId}/events.jsonl`, "session-log:///sessions"];
    for (const uri of [events, all]) await client.subscribeResource({ uri });
    await writer.callTool({ name: "emit_event", arguments: { session_id: startedId, message: "one" } });
    await waitFor("both updates", () => [events, all].every((uri) => updates.includes(uri)));
    await client.unsubscribeResource({ uri: events });
    updates.length = 0;
    await writer.callTool({ name: "emit_event", arguments: { session_id: startedId, message: "two" } });
    await waitFor("the list's update", () => updates.includes(all));
    expect(updates).not.toContain(events);
  });

  test("cancels a call that waits, and is told how far another is", async () => {
    const server = await plantedServer();
    const userHome = tempDir();
    // This client misses what it reads in the same moment as the answer: there is more than one file to tell of.
    for (let nth = 0; nth < 60; nth += 1) writeLines(sessionPath(join(userHome, ".claude"), uuidOf(nth)), promptLine(nth, "hello", { sessionId: uuidOf(nth) }));
    const { client } = await connectV2(server, { userHome, mayMiss: /^Received a progress notification for an unknown token/ });
    const abort = new AbortController();
    const waiting = client.callTool({ name: "wait_for_events", arguments: { session_id: startedId, timeout_ms: 50_000 } }, { signal: abort.signal });
    abort.abort("enough");
    await expect(waiting).rejects.toThrow("enough");
    const told: number[] = [];
    const result = await client.callTool({ name: "import_sessions", arguments: {} }, { onprogress: ({ progress }) => void told.push(progress) });
    expect(result.structuredContent).toMatchObject({ imported: 60 });
    expect(told.length).toBeGreaterThan(0);
    expect(told.toSorted((a, b) => a - b)).toEqual(told);
  });
});
