import { appendFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type ConnectedServer, connectServer } from "../../helpers/server.js";

async function textOf({ client }: ConnectedServer, uri: string): Promise<string> {
  const { contents } = await client.readResource({ uri });
  expect(contents).toHaveLength(1);
  expect(contents[0]?.uri).toBe(uri);
  return (contents[0] as { text: string }).text;
}

async function linesOf(server: ConnectedServer, uri: string): Promise<{ seq: number; type: string; message?: string; truncated?: number }[]> {
  const text = await textOf(server, uri);
  expect(text === "" || text.endsWith("\n")).toBe(true);
  return text.split("\n").filter(Boolean).map((line) => JSON.parse(line) as { seq: number; type: string });
}

function notes(count: number): { type: string; level: string; message: string }[] {
  return Array.from({ length: count }, (_, index) => ({ type: "user_event", level: "info", message: `note ${index}` }));
}

describe("resources", () => {
  test("are listed: the fixed ones and the events of sessions, by id and provider only", async () => {
    const server = await connectServer();
    await server.call("start_session", { provider: "test", session_id: "one", title: "Recorded title", prompt: "recorded prompt" });
    const { resources } = await server.client.listResources();
    expect(resources.map(({ uri }) => uri)).toEqual([
      "session-log:///sessions",
      "session-log:///live",
      "session-log:///sessions/one/events.jsonl",
    ]);
    expect(resources[2]).toMatchObject({ name: "test one", annotations: { lastModified: expect.stringMatching(/^\d{4}-.*Z$/) } });
    expect(JSON.stringify(resources).toLowerCase()).not.toMatch(/recorded title|recorded prompt/);
    await expect(server.client.listResources({ cursor: "x" })).rejects.toMatchObject({ code: -32602 });
  });

  test("say for whom they are, when they changed last and how much there is to read", async () => {
    const server = await connectServer();
    await server.call("start_session", { provider: "test", session_id: "big" });
    for (let part = 0; part < 3; part++) await server.call("emit_event", { session_id: "big", message: "x".repeat(500_000) });
    await server.call("start_session", { provider: "test", session_id: "small" });
    const { resources } = await server.client.listResources();
    const { resourceTemplates } = await server.client.listResourceTemplates();
    expect([...resources, ...resourceTemplates].map(({ annotations }) => annotations)).toEqual(
      Array.from({ length: 8 }, () => expect.objectContaining({ audience: expect.arrayContaining([expect.stringMatching(/^(user|assistant)$/)]), priority: expect.any(Number) })),
    );
    const of = (uri: string) => resources.find((resource) => resource.uri === `session-log:///${uri}`);
    expect(of("sessions")?.annotations?.lastModified).toBe(of("sessions/small/events.jsonl")?.annotations?.lastModified);
    expect(of("sessions")?.size).toBeUndefined();
    const [body] = (await server.client.readResource({ uri: "session-log:///sessions/small/events.jsonl" })).contents as { text: string }[];
    expect(of("sessions/small/events.jsonl")?.size).toBe(Buffer.byteLength(body?.text ?? ""));
    expect(of("sessions/big/events.jsonl")?.size).toBe(1024 * 1024);
  });

  test("are listed in pages where there are many", async () => {
    const server = await connectServer();
    for (let index = 0; index < 55; index++) await server.call("start_session", { provider: "test", session_id: `s-${index}` });
    const first = await server.client.listResources();
    const second = await server.client.listResources({ cursor: first.nextCursor });
    const uris = [...first.resources, ...second.resources].map(({ uri }) => uri);
    expect(new Set(uris).size).toBe(52);
    expect(uris).toHaveLength(52);
    expect(second.nextCursor).toBeUndefined();
  });

  test("have four templates", async () => {
    const { client } = await connectServer();
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      "session-log:///sessions/{session_id}",
      "session-log:///sessions/{session_id}/events.jsonl{?after_seq,limit}",
      "session-log:///sessions/{session_id}/transcript.md",
      "session-log:///live/{provider}.jsonl",
    ]);
  });

  test("give sessions, newest first, and one in full", async () => {
    const server = await connectServer();
    await server.call("start_session", { provider: "test", session_id: "older", title: "A title" });
    await server.call("start_session", { provider: "test", session_id: "newer" });
    await server.call("emit_event", { session_id: "newer", message: "later" });
    const { sessions, total } = JSON.parse(await textOf(server, "session-log:///sessions")) as { sessions: { session_id: string }[]; total: number };
    expect(sessions.map(({ session_id }) => session_id)).toEqual(["newer", "older"]);
    expect(total).toBe(2);
    const one = JSON.parse(await textOf(server, "session-log:///sessions/older")) as Record<string, unknown>;
    expect(one).toMatchObject({ session_id: "older", title: "A title", provider: "test", completeness: "full", user_messages: 0, events: 1 });
  });

  test("give the last 200 lines of a log, and any window of it", async () => {
    const server = await connectServer();
    await server.call("start_session", { provider: "test", session_id: "one" });
    await server.call("emit_event", { session_id: "one", events: notes(300) });
    const uri = "session-log:///sessions/one/events.jsonl";
    const last = await linesOf(server, uri);
    expect(last.map(({ seq }) => seq)).toEqual(Array.from({ length: 200 }, (_, index) => 102 + index));
    expect((await linesOf(server, `${uri}?limit=3`)).map(({ seq }) => seq)).toEqual([299, 300, 301]);
    expect((await linesOf(server, `${uri}?after_seq=5&limit=2`)).map(({ seq }) => seq)).toEqual([6, 7]);
    expect((await linesOf(server, `${uri}?limit=2&after_seq=5`)).map(({ seq }) => seq)).toEqual([6, 7]);
    expect((await linesOf(server, `${uri}?after_seq=-1&limit=1000`))).toHaveLength(301);
    expect(await linesOf(server, `${uri}?after_seq=301`)).toEqual([]);
  });

  test("keep a body under 1 MiB: the older lines go, and a reader who pages misses none", async () => {
    const server = await connectServer();
    await server.call("start_session", { provider: "test", session_id: "big" });
    for (let index = 0; index < 40; index++) await server.call("emit_event", { session_id: "big", message: `${index} ${"x".repeat(50_000)}` });
    const uri = "session-log:///sessions/big/events.jsonl";
    const text = await textOf(server, uri);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1024 * 1024);
    const last = await linesOf(server, uri);
    expect(last.at(-1)?.seq).toBe(41);
    expect(last.length).toBeGreaterThan(15);
    const seen: number[] = [];
    for (;;) {
      const page = await linesOf(server, `${uri}?after_seq=${seen.at(-1) ?? -1}&limit=1000`);
      if (page.length === 0) break;
      seen.push(...page.map(({ seq }) => seq));
    }
    expect(seen).toEqual(Array.from({ length: 41 }, (_, index) => index + 1));
  });

  test("cut a line over 64 KiB and say so", async () => {
    const server = await connectServer();
    await server.call("start_session", { provider: "test", session_id: "long" });
    await server.call("emit_event", { session_id: "long", message: "😀".repeat(50_000) });
    const text = await textOf(server, "session-log:///sessions/long/events.jsonl?limit=1");
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(64 * 1024 + 1);
    expect((JSON.parse(text) as { truncated: number }).truncated).toBeGreaterThan(100_000);
  });

  test("mask secrets, unless they are to be shown", async () => {
    const secret = ["ghp", "R4nd0mR4nd0mR4nd0mR4nd0mR4nd0mR4nd0m"].join("_");
    const server = await connectServer();
    await server.call("start_session", { provider: "test", session_id: "one", title: `token ${secret}`, prompt: `use "${secret}"\n` });
    const uris = ["sessions", "sessions/one", "sessions/one/events.jsonl", "sessions/one/transcript.md"].map((path) => `session-log:///${path}`);
    for (const uri of uris) expect(await textOf(server, uri)).not.toContain(secret);
    expect(await textOf(server, uris[2] as string)).toContain("[secret:");
    const open = await connectServer({ home: server.home, args: ["--no-import", "--show-secrets"] });
    for (const uri of uris) expect(await textOf(open, uri)).toContain(secret);
  });

  test("tell a conversation for people, with what was recorded inside fences", async () => {
    const server = await connectServer();
    await server.call("start_session", { provider: "test", session_id: "one", prompt: "```\n# Not a heading\n" });
    await server.call("emit_event", { session_id: "one", events: [{ type: "assistant_message", content: "done" }] });
    const text = await textOf(server, "session-log:///sessions/one/transcript.md");
    expect(text).toContain("# test session one\n");
    expect(text).toMatch(/### User · [\d: -]+\n\n````\n```\n# Not a heading\n````\n/);
    expect(text).toMatch(/### Assistant · [\d: -]+\n\n```\ndone\n```\n/);
  });

  test("give what is live, and lines of a provider that has nothing live as none", async () => {
    const server = await connectServer();
    expect(JSON.parse(await textOf(server, "session-log:///live"))).toEqual({ live: [] });
    expect(await textOf(server, "session-log:///live/claude.jsonl")).toBe("");
  });

  test("do not show heartbeats", async () => {
    const server = await connectServer();
    const started = await server.call("start_session", { provider: "test", session_id: "one" });
    const head = { ts: new Date().toISOString(), provider: "test", wrapper_session_id: "one", provider_session_id: null, source_kind: "wrapper", completeness: "full" };
    appendFileSync(started["log_path"] as string, `${JSON.stringify({ seq: 2, ...head, type: "heartbeat", interval_secs: 10 })}\n`);
    expect((await linesOf(server, "session-log:///sessions/one/events.jsonl")).map(({ type }) => type)).toEqual(["session_started"]);
  });

  test.each([
    ["session-log:///nothing", -32002],
    ["session-log:///sessions/unknown", -32002],
    ["session-log:///sessions/unknown/events.jsonl", -32002],
    ["session-log:///sessions/unknown/transcript.md", -32002],
    ["session-log:///live/acme.jsonl", -32002],
    ["session-log:///sessions/%zz", -32602],
    ["session-log:///sessions/unknown/events.jsonl?limit=x", -32602],
  ])("answer %s with %d, to readers and subscribers", async (uri, code) => {
    const { client } = await connectServer();
    await expect(client.readResource({ uri })).rejects.toMatchObject({ code });
    await expect(client.subscribeResource({ uri })).rejects.toMatchObject({ code });
  });
});
