import { appendFileSync } from "node:fs";
import { ResourceListChangedNotificationSchema, ResourceUpdatedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import { describe, expect, test } from "vitest";
import { type ConnectedServer, connectServer } from "../helpers/server.js";
import { waitFor } from "../helpers/wait-for.js";

function updatesOf({ client }: ConnectedServer): string[] {
  const uris: string[] = [];
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => void uris.push(params.uri));
  return uris;
}

const events = "session-log:///sessions/one/events.jsonl";

/** Two servers of one home; the second one has the session `one`. */
async function pair(): Promise<{ reader: ConnectedServer; writer: ConnectedServer; logPath: string }> {
  const writer = await connectServer();
  const { log_path } = await writer.call("start_session", { provider: "test", session_id: "one" });
  const reader = await connectServer({ home: writer.home });
  return { reader, writer, logPath: log_path as string };
}

describe("a subscriber", () => {
  test("is told of what its own server writes, with its own spelling of the URI", async () => {
    const server = await connectServer();
    await server.call("start_session", { provider: "test", session_id: "one" });
    const updates = updatesOf(server);
    const spelt = "session-log:/sessions/%6fne/events.jsonl?limit=5";
    await server.client.subscribeResource({ uri: spelt });
    await server.call("emit_event", { session_id: "one", message: "hello" });
    expect(await waitFor("the update", () => updates.includes(spelt))).toBe(true);
  });

  test("is told of what another server writes, for each URI that it changes", async () => {
    const { reader, writer } = await pair();
    const updates = updatesOf(reader);
    const uris = [events, "session-log:///sessions/one", "session-log:///sessions/one/transcript.md", "session-log:///sessions"];
    for (const uri of uris) await reader.client.subscribeResource({ uri });
    await writer.call("emit_event", { session_id: "one", message: "hello" });
    expect(await waitFor("all updates", () => uris.every((uri) => updates.includes(uri)))).toBe(true);
  });

  test("is told of what another program appends to the log", async () => {
    const { reader, logPath } = await pair();
    const updates = updatesOf(reader);
    await reader.client.subscribeResource({ uri: events });
    const head = { ts: new Date().toISOString(), provider: "test", wrapper_session_id: "one", provider_session_id: null, source_kind: "wrapper", completeness: "full" };
    const append = (seq: number, fields: object): void => appendFileSync(logPath, `${JSON.stringify({ seq, ...head, ...fields })}\n`);
    append(2, { type: "user_event", level: "info", message: "hello" });
    expect(await waitFor("the update", () => updates.at(0))).toBe(events);
  });

  test("of a transcript is told of a new title, which stands in its head", async () => {
    const { reader, writer } = await pair();
    const updates = updatesOf(reader);
    const transcript = "session-log:///sessions/one/transcript.md";
    await reader.client.subscribeResource({ uri: transcript });
    await writer.call("emit_event", { session_id: "one", event: { type: "provider_status", message: "title", data: "Another name" } });
    await waitFor("the update", () => updates.includes(transcript));
    const { contents } = await reader.client.readResource({ uri: transcript });
    expect((contents[0] as { text: string }).text).toContain("Another name");
  });

  test("is not told of heartbeats", async () => {
    const { reader, writer, logPath } = await pair();
    const updates = updatesOf(reader);
    const uris = [events, "session-log:///sessions/one", "session-log:///sessions"];
    for (const uri of uris) await reader.client.subscribeResource({ uri });
    const head = { ts: new Date().toISOString(), provider: "test", wrapper_session_id: "one", provider_session_id: null, source_kind: "wrapper", completeness: "full" };
    appendFileSync(logPath, `${JSON.stringify({ seq: 2, ...head, type: "heartbeat", interval_secs: 10 })}\n`);
    // What is written to another session afterwards comes through: by then the heartbeat has been seen as well.
    await writer.call("start_session", { provider: "test", session_id: "two" });
    await waitFor("the list's update", () => updates.includes("session-log:///sessions"));
    expect(updates.filter((uri) => uri !== "session-log:///sessions")).toEqual([]);
  });

  test("misses no last change however fast the writes come, and gets far fewer updates than writes", async () => {
    const { reader, writer } = await pair();
    const updates = updatesOf(reader);
    await reader.client.subscribeResource({ uri: events });
    const writes = 300;
    let seen = 0;
    reader.client.setNotificationHandler(ResourceUpdatedNotificationSchema, async ({ params }) => {
      updates.push(params.uri);
      const { contents } = await reader.client.readResource({ uri: `${events}?limit=1` });
      seen = Math.max(seen, (JSON.parse((contents[0] as { text: string }).text) as { seq: number }).seq);
    });
    for (let index = 0; index < writes; index++) await writer.call("emit_event", { session_id: "one", message: `note ${index}` });
    await waitFor("the last write", () => seen === writes + 1);
    expect(updates.length).toBeLessThan(writes);
  });

  test("of a window that is full is told nothing more", async () => {
    const { reader, writer } = await pair();
    const updates = updatesOf(reader);
    const window = `${events}?after_seq=1&limit=2`;
    await reader.client.subscribeResource({ uri: window });
    await reader.client.subscribeResource({ uri: events });
    await writer.call("emit_event", { session_id: "one", events: [1, 2].map((n) => ({ type: "user_event", level: "info", message: `${n}` })) });
    await waitFor("the window's update", () => updates.includes(window));
    await waitFor("the other's update", () => updates.includes(events));
    updates.length = 0;
    await writer.call("emit_event", { session_id: "one", message: "beyond the window" });
    await waitFor("the other's update", () => updates.includes(events));
    expect(updates).not.toContain(window);
  });

  test("is told nothing after it unsubscribed", async () => {
    const { reader, writer } = await pair();
    const updates = updatesOf(reader);
    const other = "session-log:///sessions/one";
    for (const uri of [events, other, events]) await reader.client.subscribeResource({ uri });
    await reader.client.unsubscribeResource({ uri: events });
    await reader.client.unsubscribeResource({ uri: "session-log:///sessions/never" });
    await writer.call("emit_event", { session_id: "one", message: "hello" });
    await waitFor("the other's update", () => updates.includes(other));
    expect(updates).not.toContain(events);
  });

  test("hears of new sessions of other processes", async () => {
    const { reader, writer } = await pair();
    let changes = 0;
    reader.client.setNotificationHandler(ResourceListChangedNotificationSchema, () => void changes++);
    await waitFor("the catalogue", async () => (await reader.call("list_sessions"))["total"] === 1);
    await writer.call("start_session", { provider: "test", session_id: "two" });
    expect(await waitFor("the change", () => changes > 0)).toBe(true);
  });
});
