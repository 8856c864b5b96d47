import { beforeEach, describe, expect, it } from "vitest";
import { connectServer, type ConnectedServer } from "../../helpers/server.js";

let server: ConnectedServer;
const session_id = "s-1";
const emit = (args: Record<string, unknown>) => server.call("emit_event", { session_id, ...args });
const refused = (args: Record<string, unknown>) => server.failure("emit_event", { session_id, ...args });
const lines = async (args: Record<string, unknown> = {}) =>
  (await server.call("read_session", { session_id, detail: "full", from: "start", ...args }))["events"] as Record<string, unknown>[];

beforeEach(async () => {
  server = await connectServer();
  await server.call("start_session", { provider: "acme", session_id });
});

describe("emit_event", () => {
  it("writes a message as a user_event", async () => {
    expect(await emit({ message: "half way", level: "warn" })).toEqual({ session_id, first_seq: 2, last_seq: 2, count: 1 });
    expect((await lines())[1]).toMatchObject({ type: "user_event", level: "warn", message: "half way", source_kind: "wrapper" });
  });

  it("answers with the id as the session has it, however it was spelt", async () => {
    expect(await server.call("emit_event", { session_id: "S-1", message: "x" })).toMatchObject({ session_id });
  });

  it("writes events in order, with their own times, and fills in what is missing", async () => {
    const call = { type: "tool_call", tool_name: "Bash", tool_id: "t", ts: "2026-01-05T12:00:00+02:00" };
    expect(await emit({ events: [call, { type: "tool_result", tool_id: "t", output: "ok" }], source_kind: "stdout" })).toMatchObject({ first_seq: 2, last_seq: 3, count: 2 });
    expect((await lines()).slice(1)).toMatchObject([
      { tool_kind: "shell", input: null, ts: "2026-01-05T10:00:00.000Z", source_kind: "stdout" },
      { tool_name: "Bash", tool_kind: "shell", success: null, error: null },
    ]);
  });

  it("names a result after a call that the log holds", async () => {
    await emit({ event: { type: "tool_call", tool_name: "Grep", tool_id: "t" } });
    await emit({ event: { type: "tool_result", tool_id: "t" } });
    expect((await lines())[2]).toMatchObject({ tool_name: "Grep", tool_kind: "search" });
  });

  it("writes what carries a known key only once, and answers its seq", async () => {
    const first = await emit({ message: "once", key: "k1" });
    await emit({ message: "between" });
    expect(await emit({ message: "once", key: "k1" })).toEqual({ ...first, repeated: 1 });
    expect(await emit({ events: [{ type: "stderr", message: "a", key: "k1" }, { type: "stderr", message: "b", key: "k2" }] })).toMatchObject({ first_seq: 2, last_seq: 4, count: 2, repeated: 1 });
    expect(await lines()).toHaveLength(4);
  });

  it("writes none of several events where one is wrong", async () => {
    const text = await refused({ events: [{ type: "stderr", message: "fine" }, { type: "stderr", words: 1 }] });
    expect(text).toMatch(/^INVALID_EVENT: .*events\[1\]/);
    expect(await lines()).toHaveLength(1);
  });

  it.each([
    [{}, "exactly one"],
    [{ message: "a", event: { type: "stderr", message: "b" } }, "exactly one"],
    [{ event: { type: "stderr", message: "b" }, level: "info" }, "level"],
    [{ events: [{ type: "stderr", message: "b" }], key: "k" }, "key"],
    [{ event: { type: "stderr", message: "b", key: "a" }, key: "b" }, "key"],
    [{ events: [] }, "events"],
    [{ message: "x", source_kind: "backfill" }, "source_kind"],
  ])("refuses the arguments %j", async (args, name) => {
    const text = await refused(args);
    expect(text).toMatch(/^INVALID_ARGUMENT: /);
    expect(text).toContain(name);
  });

  it("refuses an event whose line would be over 4 MiB", async () => {
    const input = Array.from({ length: 5 }, () => "x".repeat(1_000_000));
    expect(await refused({ event: { type: "tool_call", tool_name: "Big", input } })).toMatch(/^EVENT_TOO_LARGE: /);
    expect(await lines()).toHaveLength(1);
  });

  it("tells how to reopen a session that has ended", async () => {
    await server.call("end_session", { session_id });
    expect(await refused({ message: "late" })).toMatch(/^SESSION_ENDED: .*resumed/);
    await server.call("start_session", { provider: "acme", session_id, resumed: true });
    expect(await emit({ message: "in time" })).toMatchObject({ count: 1 });
  });

  it("takes whole ids and an identified current, nothing else", async () => {
    expect(await server.failure("emit_event", { session_id: "nobody", message: "x" })).toMatch(/^SESSION_NOT_FOUND: /);
    for (const ref of ["latest", "previous", "current"]) {
      expect(await server.failure("emit_event", { session_id: ref, message: "x" })).toMatch(/^(?:INVALID_ARGUMENT|SESSION_NOT_FOUND): /);
    }
  });

  it("finds current by the variable that names the session", async () => {
    const own = await connectServer({ env: { ZAG_SESSION_ID: "native-7" } });
    await own.call("start_session", { provider: "acme", session_id: "mine", provider_session_id: "native-7" });
    expect(await own.call("emit_event", { session_id: "current", message: "x" })).toMatchObject({ session_id: "mine", count: 1 });
  });
});
