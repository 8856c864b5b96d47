import { beforeEach, describe, expect, it } from "vitest";
import { connectServer, type ConnectedServer } from "../../helpers/server.js";

let server: ConnectedServer;
const session_id = "session-one";
const read = (args: Record<string, unknown> = {}) => server.call("read_session", { session_id, ...args });
const seqs = (page: Record<string, unknown>) => (page["events"] as { seq: number }[]).map(({ seq }) => seq);

/** What `next` says to call, called. */
async function follow(page: Record<string, unknown>): Promise<Record<string, unknown>> {
  const [, tool, args] = /^(\w+) (\{.*\})$/.exec(String(page["next"])) ?? [];
  return server.call(tool ?? "", JSON.parse(args ?? "") as Record<string, unknown>);
}

beforeEach(async () => {
  server = await connectServer();
  await server.call("start_session", { provider: "acme", session_id, title: "First" });
  const note = (n: number) => ({ type: "assistant_message", content: `say ${n}` });
  const quiet = { type: "usage", input_tokens: 1, output_tokens: 2 };
  await server.call("emit_event", { session_id, events: [1, 2, 3].flatMap((n) => [note(n), quiet]) });
});

describe("read_session", () => {
  it("shows the last events by default, and says what it hides", async () => {
    expect(await read()).toMatchObject({
      events: [{ seq: 1, type: "session_started", ts: expect.any(String) }, { seq: 2, text: "say 1" }, { seq: 4 }, { seq: 6 }],
      hidden: { usage: 3 },
      first_seq: 1,
      last_seq: 7,
      session: { session_id, title: "First", provider: "acme", status: "live" },
    });
  });

  it("is walked by next, backward from the end and forward from the start, with the caller's own choices", async () => {
    let page = await read({ limit: 2, agent: "all" });
    expect(seqs(page)).toEqual([4, 6]);
    expect(page["next"]).toMatch(/^read_session \{"session_id":"session-[a-z]*","before_seq":3,"agent":"all","limit":2\}$/);
    page = await follow(page);
    expect(seqs(page)).toEqual([1, 2]);
    expect(page["has_more_before"]).toBeUndefined();

    page = await read({ from: "start", limit: 3 });
    expect(page).toMatchObject({ has_more_after: true, next_after_seq: page["last_seq"] });
    page = await follow(page);
    expect(seqs(page)).toEqual([6]);
    expect(page["next"]).toMatch(/^wait_for_events .*"after_seq":7/);
  });

  it("gives windows and neighbourhoods", async () => {
    expect(seqs(await read({ after_seq: 2, before_seq: 6 }))).toEqual([4]);
    expect(seqs(await read({ around_seq: 4, limit: 3 }))).toEqual([2, 4, 6]);
    expect(seqs(await read({ after_seq: 7 }))).toEqual([]);
    expect(seqs(await read({ types: ["usage"] }))).toEqual([3, 5, 7]);
  });

  it("gives whole lines in full detail", async () => {
    const page = await read({ detail: "full", after_seq: 2, limit: 1 });
    expect(page["events"]).toMatchObject([{ seq: 3, wrapper_session_id: session_id, provider_session_id: null, type: "usage", input_tokens: 1 }]);
  });

  it("gives the session alone where no events are wanted", async () => {
    const page = await read({ limit: 0 });
    expect(page).toMatchObject({ events: [], session: { session_id, events: 7, command: "mcp", tokens: { input: 3, output: 6 }, log_path: expect.any(String) } });
    expect(JSON.stringify(page)).not.toContain("null");
  });

  it("masks what it shows, in brief and in full", async () => {
    const secret = `ghp_${"a1B2".repeat(9)}`;
    await server.call("emit_event", { session_id, event: { type: "tool_call", tool_name: "X", input: { deep: [secret] } } });
    for (const detail of ["brief", "full"]) {
      const text = JSON.stringify(await read({ detail }));
      expect(text).not.toContain(secret);
      expect(text).toContain("[secret:");
    }
  });

  it("takes a prefix, latest and a provider's id; names what fits where none or several do", async () => {
    await server.call("start_session", { provider: "acme", session_id: "session-two", provider_session_id: "native-2" });
    const idOf = async (ref: string) => (await server.call("read_session", { session_id: ref }))["session"] as { session_id: string };
    expect((await idOf("SESSION-ONE")).session_id).toBe("session-one");
    expect((await idOf("session-t")).session_id).toBe("session-two");
    expect((await idOf("latest")).session_id).toBe("session-two");
    expect((await idOf("native-2")).session_id).toBe("session-two");
    expect(await server.failure("read_session", { session_id: "sess" })).toMatch(/^AMBIGUOUS_SESSION: .*session-one.*session-two|^AMBIGUOUS_SESSION: .*session-two.*session-one/);
    expect(await server.failure("read_session", { session_id: "session-onE-" })).toMatch(/^SESSION_NOT_FOUND: .*session-one/);
  });

  it("asks for any agent_id that can be written", async () => {
    const agent = "a".repeat(256);
    await server.call("emit_event", { session_id, event: { type: "assistant_message", content: "by the agent", agent_id: agent } });
    expect((await server.call("read_session", { session_id, agent }))["events"]).toMatchObject([{ text: "by the agent" }]);
  });

  it.each([
    [{ from: "end", after_seq: 1 }, "from"],
    [{ around_seq: 1, before_seq: 4 }, "around_seq"],
    [{ types: ["nonsense"] }, "nonsense"],
    [{ tool_kinds: ["nonsense"] }, "tool_kinds"],
    [{ limit: 501 }, "limit"],
    [{ max_bytes: 999 }, "max_bytes"],
    [{ after_seq: -2 }, "after_seq"],
    [{ lines: 4 }, "lines"],
  ])("refuses %j", async (args, name) => {
    const text = await server.failure("read_session", { session_id, ...args });
    expect(text).toMatch(/^INVALID_ARGUMENT: /);
    expect(text).toContain(name);
  });
});
