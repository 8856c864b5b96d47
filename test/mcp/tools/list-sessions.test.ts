import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { connectServer, type ConnectedServer } from "../../helpers/server.js";

const start = (server: ConnectedServer, id: string, more: Record<string, unknown> = {}) =>
  server.call("start_session", { provider: "acme", session_id: id, title: `Title of ${id}`, ...more });
const idsOf = (answer: Record<string, unknown>) => (answer["sessions"] as { session_id: string }[]).map(({ session_id: id }) => id).sort();
const list = async (server: ConnectedServer, args: Record<string, unknown>) => idsOf(await server.call("list_sessions", args));

describe("list_sessions", () => {
  it("is there when there is nothing to list", async () => {
    const server = await connectServer();
    expect(await server.call("list_sessions")).toEqual({ sessions: [], total: 0 });
  });

  it("shows sessions in brief or in full, without nulls", async () => {
    const server = await connectServer();
    await start(server, "s-1", { model: "m" });
    const brief = (await server.call("list_sessions"))["sessions"] as Record<string, unknown>[];
    expect(brief).toEqual([
      { session_id: "s-1", title: "Title of s-1", provider: "acme", status: "live", last: expect.any(String), workspace: server.cwd, events: 1, model: "m" },
    ]);
    const [full] = (await server.call("list_sessions", { detail: "full" }))["sessions"] as Record<string, unknown>[];
    expect(full).toMatchObject({ ...brief[0], command: "mcp", completeness: "full", user_messages: 0, events_uri: "session-log:///sessions/s-1/events.jsonl" });
    expect(Object.values(full ?? {})).not.toContain(null);
  });

  it("filters by provider, workspace, file, status, time, text and parent", async () => {
    const server = await connectServer();
    await start(server, "here");
    await start(server, "below", { workspace_path: join(server.cwd, "sub") });
    await start(server, "away", { workspace_path: "/elsewhere", provider: "other" });
    await start(server, "child", { parent_session_id: "here" });
    await server.call("emit_event", { session_id: "away", event: { type: "tool_call", tool_name: "Edit", input: { file_path: "/elsewhere/a.ts" } } });
    await server.call("end_session", { session_id: "below" });
    expect(await list(server, {})).toEqual(["away", "below", "here"]);
    expect(await list(server, { include_children: true })).toEqual(["away", "below", "child", "here"]);
    expect(await list(server, { provider: "other" })).toEqual(["away"]);
    expect(await list(server, { workspace: "." })).toEqual(["below", "here"]);
    expect(await list(server, { workspace: "~/sub" })).toEqual(["below"]);
    expect(await list(server, { file: "/elsewhere/a.ts" })).toEqual(["away"]);
    expect(await list(server, { status: "ended" })).toEqual(["below"]);
    expect(await list(server, { since: "1h" })).toHaveLength(3);
    expect(await list(server, { until: "1h" })).toEqual([]);
    expect(await list(server, { text: "title of AWAY" })).toEqual(["away"]);
  });

  it.each([{ limit: 3 }, { max_bytes: 1000 }, { limit: 5, max_bytes: 1500, detail: "full" }])("walks by cursor over every session once (%j)", async (args) => {
    const server = await connectServer();
    const ids = Array.from({ length: 11 }, (_, n) => `s-${10 + n}`);
    for (const id of ids) await start(server, id, { title: `${id} ${"é".repeat(90)}` });
    const seen: string[] = [];
    let cursor: unknown;
    do {
      const answer = await server.call("list_sessions", { ...args, ...(cursor !== undefined && { cursor }) });
      expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThanOrEqual((args as { max_bytes?: number }).max_bytes ?? 9000);
      expect(answer["total"]).toBe(ids.length);
      seen.push(...idsOf(answer));
      cursor = answer["next_cursor"];
    } while (cursor !== undefined);
    expect(seen.sort()).toEqual(ids);
  });

  it("refuses times and cursors that it cannot read", async () => {
    const server = await connectServer();
    expect(await server.failure("list_sessions", { since: "yesterday" })).toMatch(/^INVALID_ARGUMENT: since "yesterday"/);
    for (const cursor of ["nonsense", "", "x".repeat(5000)]) expect(await server.failure("list_sessions", { cursor })).toMatch(/^INVALID_CURSOR: /);
    expect(await server.failure("list_sessions", { limit: 101 })).toMatch(/^INVALID_ARGUMENT: limit/);
    expect(await server.failure("list_sessions", { provider: "A B" })).toMatch(/^INVALID_ARGUMENT: provider/);
  });

  it("masks secrets in titles", async () => {
    const secret = `ghp_${"a1B2".repeat(9)}`;
    const server = await connectServer();
    await start(server, "s-1", { title: `use ${secret}` });
    expect(JSON.stringify(await server.call("list_sessions"))).not.toContain(secret);
  });
});
