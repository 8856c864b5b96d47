import { beforeEach, describe, expect, it } from "vitest";
import { connectServer, type ConnectedServer } from "../../helpers/server.js";
import { waitFor } from "../../helpers/wait-for.js";

let server: ConnectedServer;
const session_id = "s-1";
const wait = (args: Record<string, unknown> = {}) => server.call("wait_for_events", { session_id, timeout_ms: 20_000, ...args });
const emit = (event: Record<string, unknown>, by = server) => by.call("emit_event", { session_id, event });
const usage = { type: "usage", input_tokens: 1, output_tokens: 1 };

beforeEach(async () => {
  server = await connectServer();
  await server.call("start_session", { provider: "acme", session_id });
});

describe("wait_for_events", () => {
  it("answers at once with what is there already", async () => {
    const page = await wait({ after_seq: -1 });
    expect(page).toMatchObject({ events: [{ seq: 1 }], next_after_seq: 1, session: { session_id } });
    expect(page["next"]).toMatch(/^wait_for_events .*"after_seq":1/);
    expect(page).not.toHaveProperty("timed_out");
  });

  it("waits past what it does not show, until something comes that it does", async () => {
    const answer = wait();
    await emit(usage);
    await emit({ type: "assistant_message", content: "other agent", agent_id: "a1" });
    await emit({ type: "assistant_message", content: "here" });
    const page = await answer;
    expect(page["events"]).toMatchObject([{ text: "here" }]);
  });

  it("sees what another process writes", async () => {
    const other = await connectServer({ home: server.home });
    const answer = wait();
    // Whether the wait has begun cannot be seen from here: it answers to one of these in any case.
    let answered = false;
    void answer.then(() => (answered = true));
    await waitFor("the answer", async () => {
      await emit({ type: "assistant_message", content: "there" }, other);
      return answered;
    });
    expect(await answer).toMatchObject({ events: expect.arrayContaining([expect.objectContaining({ text: "there" })]) as unknown });
  });

  it("tells that the time is over, and what it left out", async () => {
    await emit(usage);
    const page = await wait({ after_seq: 1, timeout_ms: 30 });
    expect(page).toMatchObject({ events: [], timed_out: true, hidden: { usage: 1 }, next_after_seq: 2 });
  });

  it("tells that the session has ended, also to who asks for other kinds or too late", async () => {
    const answer = wait({ types: ["user_message"] });
    await server.call("end_session", { session_id });
    expect(await answer).toMatchObject({ events: [], ended: true });
    expect(await wait()).toMatchObject({ events: [], ended: true });
    expect(await wait({ after_seq: 1 })).toMatchObject({ events: [{ type: "session_ended" }], ended: true });
  });

  it("shows no more than asked for, and where the rest begins", async () => {
    await server.call("emit_event", { session_id, events: [1, 2, 3].map((n) => ({ type: "stderr", message: `${n}` })) });
    expect(await wait({ after_seq: 1, limit: 2 })).toMatchObject({ events: [{ seq: 2 }, { seq: 3 }], has_more_after: true, next_after_seq: 3 });
  });

  it("goes on with the caller's own choices, also after a read", async () => {
    const choices = { types: ["user_event"], agent: "all", detail: "full", limit: 2, max_bytes: 2000 };
    await server.call("emit_event", { session_id, message: "note" });
    const next = `wait_for_events ${JSON.stringify({ session_id, after_seq: 2, ...choices })}`;
    expect((await server.call("read_session", { session_id, ...choices }))["next"]).toBe(next);
    expect((await wait({ after_seq: 0, ...choices }))["next"]).toBe(next);
  });

  it("tells that a session ended together with its end, however soon that follows what was waited for", async () => {
    const other = await connectServer({ home: server.home });
    for (let round = 0; round < 100; round += 1) {
      const id = `brief-${round}`;
      await other.call("start_session", { provider: "acme", session_id: id });
      const written = Promise.all([other.call("emit_event", { session_id: id, message: "last words" }), other.call("end_session", { session_id: id })]);
      const types: unknown[] = [];
      for (let after_seq = 1, ended: unknown = false; ended !== true; ) {
        const page = await server.call("wait_for_events", { session_id: id, after_seq, timeout_ms: 20_000 });
        types.push(...(page["events"] as { type: string }[]).map(({ type }) => type));
        [after_seq, ended] = [page["next_after_seq"] as number, page["ended"]];
      }
      await written;
      expect(types, `round ${round}`).toEqual(["user_event", "session_ended"]);
    }
  });

  it("ends when the caller cancels", async () => {
    const controller = new AbortController();
    const call = server.client.callTool({ name: "wait_for_events", arguments: { session_id, timeout_ms: 50_000 } }, undefined, { signal: controller.signal });
    controller.abort("enough");
    await expect(call).rejects.toThrow("enough");
    expect(await wait({ after_seq: 0 })).toMatchObject({ events: [{ seq: 1 }] });
  });

  it.each([
    [{ timeout_ms: 50_001 }, "timeout_ms"],
    [{ types: ["nonsense"] }, "nonsense"],
    [{ limit: 0 }, "limit"],
  ])("refuses %j", async (args, name) => {
    const text = await server.failure("wait_for_events", { session_id, ...args });
    expect(text).toMatch(/^INVALID_ARGUMENT: /);
    expect(text).toContain(name);
  });
});
