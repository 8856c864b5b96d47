import { describe, expect, it } from "vitest";
import { connectServer } from "../../helpers/server.js";

describe("end_session", () => {
  it("writes the result and the end, and sums up", async () => {
    const server = await connectServer();
    await server.call("start_session", { provider: "acme", session_id: "s-1" });
    await server.call("emit_event", { session_id: "s-1", message: "x" });
    const ended = await server.call("end_session", { session_id: "s-1", success: false, error: "gave up", result: "nothing" });
    expect(ended).toMatchObject({ session_id: "s-1", last_seq: 4, event_count: 4, already_ended: false });
    expect(ended["duration_ms"]).toBeGreaterThanOrEqual(0);
    const page = await server.call("read_session", { session_id: "s-1", after_seq: 2 });
    expect(page["events"]).toMatchObject([
      { seq: 3, type: "session_result", text: "nothing" },
      { seq: 4, type: "session_ended", text: '{"success":false,"error":"gave up"}' },
    ]);
    expect(page["session"]).toMatchObject({ status: "ended" });
  });

  it("changes nothing the second time", async () => {
    const server = await connectServer();
    await server.call("start_session", { provider: "acme", session_id: "s-1" });
    const first = await server.call("end_session", { session_id: "s-1" });
    expect(await server.call("end_session", { session_id: "s-1", result: "late" })).toMatchObject({ ...first, already_ended: true });
  });

  it("knows only whole ids", async () => {
    const server = await connectServer();
    await server.call("start_session", { provider: "acme", session_id: "session-one" });
    expect(await server.failure("end_session", { session_id: "session-o" })).toMatch(/^(?:SESSION_NOT_FOUND|INVALID_ARGUMENT): /);
    expect(await server.failure("end_session", { session_id: "latest" })).toMatch(/^INVALID_ARGUMENT: /);
  });
});
