import { describe, expect, test } from "vitest";
import { connectServer, type ConnectedServer } from "../helpers/server.js";
import { madeUpSecrets } from "../mask/made-up-secrets.js";

const transcript = "session-log:///sessions/{session_id}/transcript.md";

async function ofTemplate({ client }: ConnectedServer, uri: string, name: string, value: string) {
  return (await client.complete({ ref: { type: "ref/resource", uri }, argument: { name, value } })).completion;
}

async function ofPrompt({ client }: ConnectedServer, prompt: string, name: string, value: string) {
  return (await client.complete({ ref: { type: "ref/prompt", name: prompt }, argument: { name, value } })).completion;
}

const start = (server: ConnectedServer, id: string, more = {}) => server.call("start_session", { provider: "test", session_id: id, ...more });

describe("completion of a session", () => {
  test("gives ids in any case, the one written last first", async () => {
    const server = await connectServer();
    for (const id of ["alpha-1", "beta-1", "alpha-2"]) await start(server, id);
    await server.call("emit_event", { session_id: "alpha-1", message: "later" });
    expect(await ofTemplate(server, transcript, "session_id", "ALPHA")).toEqual({ values: ["alpha-1", "alpha-2"], total: 2, hasMore: false });
    expect(await ofTemplate(server, transcript, "session_id", "")).toEqual({ values: ["alpha-1", "alpha-2", "beta-1"], total: 3, hasMore: false });
    expect(await ofTemplate(server, transcript, "session_id", "gamma")).toEqual({ values: [], total: 0, hasMore: false });
  });

  test("finds a session by words of its title, behind those whose id begins so", async () => {
    const server = await connectServer();
    await start(server, "receipts-1");
    await start(server, "0a1b2c3d", { title: "Blank Receipts after midnight" });
    expect((await ofTemplate(server, transcript, "session_id", "receipts")).values).toEqual(["receipts-1", "0a1b2c3d"]);
    expect((await ofPrompt(server, "handoff", "session", "blank receipts")).values).toEqual(["0a1b2c3d"]);
  });

  test("offers the words that mean a session to prompts, and to templates only ids", async () => {
    const server = await connectServer();
    await start(server, "lattice");
    expect((await ofPrompt(server, "postmortem", "session", "")).values).toEqual(["latest", "previous", "current", "lattice"]);
    expect((await ofPrompt(server, "postmortem", "session", "LAT")).values).toEqual(["latest", "lattice"]);
    expect((await ofTemplate(server, transcript, "session_id", "lat")).values).toEqual(["lattice"]);
  });

  test("gives a hundred at most and says how many there are", async () => {
    const server = await connectServer();
    for (let nth = 0; nth < 104; nth++) await start(server, `s-${nth}`);
    const { values, total, hasMore } = await ofTemplate(server, transcript, "session_id", "s-");
    expect([values.length, new Set(values).size, total, hasMore]).toEqual([100, 100, 104, true]);
    expect(values[0]).toBe("s-103");
    expect(await ofPrompt(server, "handoff", "session", "")).toMatchObject({ total: 107, hasMore: true });
  });
});

describe("completion", () => {
  test("gives providers, and points in time", async () => {
    const server = await connectServer();
    expect((await ofTemplate(server, "session-log:///live/{provider}.jsonl", "provider", "C")).values.toSorted()).toEqual(["claude", "codex", "copilot"]);
    expect((await ofPrompt(server, "standup", "since", "1")).values).toEqual(["1h", "1d", "1w"]);
    expect((await ofPrompt(server, "recall", "topic", "x")).values).toEqual([]);
  });

  test("gives workspaces by any part of their path, and none that holds a secret", async () => {
    const server = await connectServer();
    const [, secret] = madeUpSecrets(7)[0] as readonly [string, string];
    for (const [nth, path] of ["/home/mira/Kiosk", "/home/mira/shop", `/home/mira/${secret}`].entries()) await start(server, `one-${nth}`, { workspace_path: path });
    expect((await ofPrompt(server, "recall", "workspace", "")).values.toSorted()).toEqual([".", "/home/mira/Kiosk", "/home/mira/shop", "all"]);
    expect((await ofPrompt(server, "recall", "workspace", "kio")).values).toEqual(["/home/mira/Kiosk"]);
    expect((await ofPrompt(server, "recall", "workspace", "A")).values).toContain("all");
  });

  test("is -32602 for what cannot be completed", async () => {
    const server = await connectServer();
    const refused = { code: -32602 };
    await expect(ofTemplate(server, transcript, "provider", "")).rejects.toMatchObject({ ...refused, message: expect.stringContaining("There is session_id") });
    await expect(ofTemplate(server, "session-log:///nothing/{session_id}", "session_id", "")).rejects.toMatchObject(refused);
    await expect(ofTemplate(server, "session-log:///sessions", "session_id", "")).rejects.toMatchObject(refused);
    await expect(ofPrompt(server, "handoff", "workspace", "")).rejects.toMatchObject({ ...refused, message: expect.stringContaining("There is session") });
    await expect(ofPrompt(server, "remember", "topic", "")).rejects.toMatchObject(refused);
  });
});
