import { describe, expect, it } from "vitest";
import { connectServer, type ConnectedServer } from "../../helpers/server.js";

interface Hit {
  session_id: string;
  seq: number;
  type: string;
  tool?: string;
  ts: string;
  text: string;
  context?: { seq: number; text: string }[];
}
interface Answer {
  hits: Hit[];
  sessions: { session_id: string; title?: string; provider?: string; workspace?: string }[];
  total: number;
  total_is_exact: boolean;
  excluded?: number;
  elsewhere?: number;
  index: { complete: boolean };
  next?: string;
  next_cursor?: string;
}

const search = async (server: ConnectedServer, args: Record<string, unknown>) => (await server.call("search_sessions", args)) as unknown as Answer;
const start = (server: ConnectedServer, id: string, more: Record<string, unknown> = {}) => server.call("start_session", { provider: "acme", session_id: id, title: `Title of ${id}`, ...more });
const record = (server: ConnectedServer, id: string, ...events: Record<string, unknown>[]) => server.call("emit_event", { session_id: id, events });
const said = (content: string) => ({ type: "user_message", content });
const idsOf = ({ hits }: Answer) => hits.map(({ session_id: id }) => id).toSorted();

describe("search_sessions", () => {
  it("answers with the hit, its session once, what is covered, and where to read on", async () => {
    const server = await connectServer();
    await start(server, "0a1b2c3d-4444-5555");
    await record(
      server,
      "0a1b2c3d-4444-5555",
      said("hello"),
      { type: "tool_call", tool_name: "Bash", tool_id: "t", input: { command: "grep needle hay.txt" } },
      { type: "tool_result", tool_id: "t", success: true, output: "a needle in the hay" },
      { type: "assistant_message", content: "found" },
    );
    const answer = await search(server, { query: "needle", context: 1 });
    expect(answer).toEqual({
      hits: [
        {
          session_id: "0a1b2c3d",
          seq: 4,
          type: "tool_result",
          tool: "Bash",
          ts: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          text: "a needle in the hay",
          context: [
            { seq: 3, type: "tool_call", tool: "Bash", text: "grep needle hay.txt" },
            { seq: 5, type: "assistant_message", text: "found" },
          ],
        },
        {
          session_id: "0a1b2c3d",
          seq: 3,
          type: "tool_call",
          tool: "Bash",
          ts: expect.any(String),
          text: expect.stringContaining("grep needle hay.txt"),
          context: [
            { seq: 2, type: "user_message", text: "hello" },
            { seq: 4, type: "tool_result", tool: "Bash", text: "a needle in the hay" },
          ],
        },
      ],
      sessions: [{ session_id: "0a1b2c3d", title: "Title of 0a1b2c3d-4444-5555", provider: "acme", workspace: server.cwd }],
      total: 2,
      total_is_exact: true,
      index: { complete: true },
      next: 'read_session {"session_id":"0a1b2c3d","around_seq":4}',
    });
    expect(Object.keys(answer)).toEqual(["hits", "sessions", "total", "total_is_exact", "index", "next"]);
    const [, tool = "", args = ""] = /^(\w+) (.*)$/.exec(answer.next ?? "") ?? [];
    expect(JSON.stringify(await server.call(tool, JSON.parse(args) as Record<string, unknown>))).toContain("a needle in the hay");
  });

  it("passes every argument on", async () => {
    const server = await connectServer();
    await start(server, "here-session");
    await start(server, "away-session", { workspace_path: "/elsewhere", provider: "other" });
    await record(server, "here-session", said("the needle"), { type: "tool_call", tool_name: "Edit", input: { file_path: "/w/a.ts", text: "needle" } });
    await record(server, "away-session", { type: "reasoning", content: "Needless needles" }, { type: "user_event", level: "info", message: "needle", ts: "2020-01-01T00:00:00Z" });
    const found = async (args: Record<string, unknown>) => (await search(server, { query: "needle", ...args })).hits.map(({ type }) => type).toSorted();
    expect(await found({})).toEqual(["tool_call", "user_event", "user_message"]);
    expect(await found({ query: "needle*" })).toEqual(["reasoning", "tool_call", "user_event", "user_message"]);
    expect(await found({ match: "substring", types: ["reasoning"] })).toEqual(["reasoning"]);
    expect(await found({ match: "substring", query: "Need", case_sensitive: true })).toEqual(["reasoning"]);
    expect(await found({ match: "regex", query: "need[a-z]{4} n" })).toEqual(["reasoning"]);
    expect(await found({ provider: "other" })).toEqual(["user_event"]);
    expect(await found({ workspace: "." })).toEqual(["tool_call", "user_message"]);
    expect(await found({ session_id: "away" })).toEqual(["user_event"]);
    expect(await found({ file: "a.ts" })).toEqual(["tool_call"]);
    expect(await found({ types: ["user_message"] })).toEqual(["user_message"]);
    expect(await found({ role: "tool_input" })).toEqual(["tool_call"]);
    expect(await found({ tool: "Ed*" })).toEqual(["tool_call"]);
    expect(await found({ tool_kinds: ["file_edit"] })).toEqual(["tool_call"]);
    expect(await found({ since: "1h" })).toEqual(["tool_call", "user_message"]);
    expect(await found({ until: "2020-01-02" })).toEqual(["user_event"]);
    expect(await found({ sort: "relevance", limit: 50 })).toEqual(["tool_call", "user_event", "user_message"]);
  });

  it("leaves the asking session out and says so, unless it is asked for", async () => {
    const server = await connectServer({ env: { ZAG_SESSION_ID: "asking-session" } });
    await start(server, "asking-session");
    await start(server, "other-session");
    for (const id of ["asking-session", "other-session"]) await record(server, id, said("needle"));
    const answer = await search(server, { query: "needle" });
    expect([idsOf(answer), answer.total, answer.excluded]).toEqual([["other-se"], 1, 1]);
    expect(idsOf(await search(server, { query: "needle", include_current: true }))).toEqual(["asking-s", "other-se"]);
    expect(idsOf(await search(server, { query: "needle", session_id: "current" }))).toEqual(["asking-s"]);
    await record(server, "asking-session", said("thimble"));
    const none = await search(server, { query: "thimble" });
    expect(none).toMatchObject({ hits: [], total: 0, excluded: 1, next: 'search_sessions {"query":"thimble","include_current":true}' });
  });

  it("says of no hits in the workspace how many lie elsewhere, and the call that finds them", async () => {
    const server = await connectServer();
    await start(server, "away-session", { workspace_path: "/elsewhere" });
    await record(server, "away-session", said("needle"), said("needle again"));
    const none = await search(server, { query: "needle", workspace: "." });
    expect(none).toEqual({ hits: [], sessions: [], total: 0, total_is_exact: true, elsewhere: 2, index: { complete: true }, next: 'search_sessions {"query":"needle"}' });
    expect((await search(server, { query: "needle" })).total).toBe(2);
  });

  it.each([{ limit: 3 }, { max_bytes: 1000 }, { limit: 5, context: 2, max_bytes: 1500 }])("walks by cursor over every hit once (%j)", async (args) => {
    const server = await connectServer();
    for (const id of ["a-session", "b-session"]) {
      await start(server, id, { title: "é".repeat(100), workspace_path: `/${"w".repeat(300)}/${id}` });
      await record(server, id, ...Array.from({ length: 9 }, (_, nth) => said(`needle ${nth} ${"…".repeat(300)}`)));
    }
    const seen: string[] = [];
    let cursor: unknown;
    do {
      const answer = await search(server, { query: "needle", ...args, ...(cursor !== undefined && { cursor }) });
      expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThanOrEqual((args as { max_bytes?: number }).max_bytes ?? 9000);
      expect(answer.total).toBe(18);
      expect(answer.sessions.map(({ session_id: id }) => id).toSorted()).toEqual([...new Set(idsOf(answer))]);
      seen.push(...answer.hits.map(({ session_id: id, seq }) => `${id} ${seq}`));
      cursor = answer.next_cursor;
    } while (cursor !== undefined);
    expect(seen.length).toBe(18);
    expect(new Set(seen).size).toBe(18);
  });

  it("shows the match however deep it lies, and masks secrets before it cuts", async () => {
    const secret = `ghp${"_"}${"a1B2".repeat(9)}`;
    const server = await connectServer();
    await start(server, "deep-session", { title: `use ${secret}` });
    await record(server, "deep-session", { type: "tool_result", tool_name: "Bash", tool_id: null, success: true, output: `${"hay ".repeat(40_000)}${secret} needle${" hay".repeat(40_000)}` });
    const answer = await search(server, { query: "needle" });
    expect(answer.hits[0]?.text).toContain("hay [secret:github-token] needle hay");
    expect(answer.hits[0]?.text.length).toBeLessThanOrEqual(240);
    expect(JSON.stringify(answer)).not.toContain(secret.slice(4, 16));
    expect((await search(server, { query: secret })).hits[0]?.text).toContain("[secret:github-token]");
  });

  it("refuses what it cannot search", async () => {
    const server = await connectServer();
    expect(await server.failure("search_sessions", { query: "" })).toMatch(/^INVALID_ARGUMENT: query/);
    expect(await server.failure("search_sessions", { query: "???" })).toMatch(/^INVALID_ARGUMENT: /);
    expect(await server.failure("search_sessions", { query: "(", match: "regex" })).toMatch(/^INVALID_REGEX: /);
    expect(await server.failure("search_sessions", { query: "x", cursor: "nonsense" })).toMatch(/^INVALID_CURSOR: /);
    expect(await server.failure("search_sessions", { query: "x", types: ["nothing"] })).toMatch(/^INVALID_ARGUMENT: types/);
    expect(await server.failure("search_sessions", { query: "x", session_id: "nobody" })).toMatch(/^SESSION_NOT_FOUND: /);
    expect(await server.failure("search_sessions", { query: "x", context: 6 })).toMatch(/^INVALID_ARGUMENT: context/);
  });
});
