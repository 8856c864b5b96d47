import { describe, expect, it } from "vitest";
import { connectServer, type ConnectedServer } from "../../helpers/server.js";

const start = (server: ConnectedServer, id: string, more: Record<string, unknown> = {}) => server.call("start_session", { provider: "acme", session_id: id, ...more });
const record = (server: ConnectedServer, id: string, events: unknown[]) => server.call("emit_event", { session_id: id, events });
const usage = (ts: string, more: Record<string, unknown> = {}) => ({ type: "usage", ts, input_tokens: 100, output_tokens: 20, model: "m-1", ...more });

async function workedServer(): Promise<ConnectedServer> {
  const server = await connectServer();
  await start(server, "one");
  await start(server, "two", { provider: "other", workspace_path: "/elsewhere" });
  await start(server, "child", { parent_session_id: "one" });
  await record(server, "one", [
    usage("2026-03-01T22:30:00Z", { cache_read_tokens: 7, total_cost_usd: 0.1 }),
    usage("2026-03-01T23:30:00Z", { total_cost_usd: 0.2 }),
    { type: "tool_call", tool_name: "Edit", tool_id: "c1", input: { file_path: "/w/a.ts" }, ts: "2026-03-01T23:31:00Z" },
    { type: "tool_result", tool_id: "c1", success: false, ts: "2026-03-01T23:32:00Z" },
  ]);
  await record(server, "two", [usage("2026-03-05T10:00:00Z", { input_tokens: 1000, model: "m-2" })]);
  await record(server, "child", [usage("2026-03-05T11:00:00Z", { output_tokens: 0 })]);
  return server;
}

describe("session_stats", () => {
  it("sums up everything, and says of groups nothing that no event says", async () => {
    const server = await workedServer();
    const { groups, totals } = await server.call("session_stats");
    expect(groups).toEqual([]);
    expect(totals).toEqual({
      sessions: 3,
      events: 9,
      tool_calls: 1,
      tool_errors: 1,
      input_tokens: 1300,
      output_tokens: 60,
      cache_read_tokens: 7,
      total_cost_usd: 0.3,
      duration_ms: 120_000,
    });
    expect((await server.call("session_stats", { group_by: "model" }))["groups"]).toEqual([
      { key: "m-2", sessions: 1, events: 2, input_tokens: 1000, output_tokens: 20 },
      { key: "m-1", sessions: 2, events: 7, tool_calls: 1, tool_errors: 1, input_tokens: 300, output_tokens: 40, cache_read_tokens: 7, total_cost_usd: 0.3 },
    ]);
    expect((await server.call("session_stats", { group_by: "tool" }))["groups"]).toEqual([{ key: "Edit", sessions: 1, events: 2, tool_calls: 1, tool_errors: 1 }]);
  });

  it("begins days where the asked time zone does", async () => {
    const server = await workedServer();
    const days = async (timezone: string) => {
      const { groups } = await server.call("session_stats", { group_by: "day", timezone, session_id: "one" });
      return (groups as { key: string; input_tokens?: number }[]).filter((group) => group.input_tokens).map(({ key, input_tokens: tokens }) => [key, tokens]);
    };
    expect(await days("UTC")).toEqual([["2026-03-01", 200]]);
    expect(await days("Europe/Berlin")).toEqual([["2026-03-02", 100], ["2026-03-01", 100]]);
    expect(await server.failure("session_stats", { group_by: "day", timezone: "Mars" })).toMatch(/^INVALID_ARGUMENT: timezone "Mars"/);
  });

  it("takes the filters of list_sessions, children included unless left out, and one session", async () => {
    const server = await workedServer();
    const keys = async (args: Record<string, unknown>) => {
      const { groups } = await server.call("session_stats", { group_by: "session", ...args });
      return (groups as { key: string }[]).map(({ key }) => key);
    };
    expect(await keys({})).toEqual(["two", "one", "child"]);
    expect(await keys({ include_children: false })).toEqual(["two", "one"]);
    expect(await keys({ provider: "other" })).toEqual(["two"]);
    expect(await keys({ workspace: "." })).toEqual(["one", "child"]);
    expect(await keys({ file: "a.ts" })).toEqual(["one"]);
    expect(await keys({ since: "1h", status: "live" })).toEqual(["two", "one", "child"]);
    expect(await keys({ until: "2020-01-01" })).toEqual([]);
    expect(await keys({ session_id: "chil", include_children: false })).toEqual(["child"]);
    expect(await server.failure("session_stats", { session_id: "nobody" })).toMatch(/^SESSION_NOT_FOUND/);
    expect(await server.failure("session_stats", { group_by: "hour" })).toMatch(/^INVALID_ARGUMENT: group_by/);
  });

  it.each([{ limit: 3 }, { max_bytes: 1000 }])("walks by cursor over every group once (%j)", async (args) => {
    const server = await connectServer();
    await start(server, "s");
    const tools = Array.from({ length: 17 }, (_, nth) => `Tool${nth}`);
    await record(server, "s", tools.flatMap((name, nth) => Array.from({ length: 1 + (nth % 4) }, () => ({ type: "tool_call", tool_name: name, input: {} }))));
    const seen: { key: string; events: number }[] = [];
    let cursor: unknown;
    do {
      const answer = await server.call("session_stats", { group_by: "tool", ...args, ...(cursor !== undefined && { cursor }) });
      expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThanOrEqual((args as { max_bytes?: number }).max_bytes ?? 9000);
      seen.push(...(answer["groups"] as typeof seen));
      cursor = answer["next_cursor"];
    } while (cursor !== undefined);
    expect(seen.map(({ key }) => key).toSorted()).toEqual(tools.toSorted());
    expect(seen.map(({ events }) => events)).toEqual(seen.map(({ events }) => events).toSorted((one, other) => other - one));
    expect(await server.failure("session_stats", { group_by: "tool", cursor: "nonsense" })).toMatch(/^INVALID_CURSOR: /);
  });

  it("masks secrets in keys", async () => {
    const secret = `ghp_${"a1B2".repeat(9)}`;
    const server = await connectServer();
    await start(server, "s");
    await record(server, "s", [{ type: "tool_call", tool_name: "Edit", input: { file_path: `/w/${secret}.ts` } }]);
    const { groups } = await server.call("session_stats", { group_by: "file" });
    expect(groups).toEqual([{ key: "/w/[secret:github-token].ts", sessions: 1, events: 1, tool_calls: 1 }]);
  });
});
