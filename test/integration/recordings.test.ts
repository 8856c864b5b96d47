import { describe, expect, it } from "vitest";
import { compareWithExpected } from "../helpers/expected.js";
import { readLogs } from "../helpers/logged.js";
import { childThreads, recordings, withChildThreads } from "../helpers/recordings.js";
import { connectServer } from "../helpers/server.js";

const all = recordings();
/** Those whose files still tell it when all is over. */
const tellsClears = new Set(["claude", "gemini"]);

describe.skipIf(all.length === 0)("recordings of the real tools, imported through the server", () => {
  it.each(all)("$provider/$name gives what was really said, and a second import nothing", async ({ provider, native, sessionCount, sessions }) => {
    const server = await connectServer({ env: { HOME: native } });
    const ids = sessions.flatMap((session) => [session.provider_session_id, ...childThreads(session).map(({ threadId }) => threadId)]);
    expect(await server.call("import_sessions", { providers: [provider] })).toMatchObject({ imported: ids.length });
    const logs = readLogs(server.home);
    expect([...logs.keys()].toSorted()).toEqual(ids.toSorted());
    for (const session of sessions) expect(compareWithExpected(withChildThreads(logs, session), session)).toEqual([]);
    for (const { provider_session_id, end } of sessions) {
      if (end?.next === undefined || !tellsClears.has(provider)) continue;
      expect(logs.get(end.next)).toContainEqual(expect.objectContaining({ type: "session_cleared", old_session_id: provider_session_id, new_session_id: end.next }));
    }
    const before = [...logs.values()].map((events) => events.length);
    expect(await server.call("import_sessions")).toMatchObject({ imported: 0, updated: 0, events: 0 });
    expect(await server.call("import_sessions", { force: true })).toMatchObject({ imported: 0, updated: 0, events: 0 });
    expect([...readLogs(server.home).values()].map((events) => events.length)).toEqual(before);
    const listed = await server.call("list_sessions", { detail: "full" });
    expect(listed["total"]).toBe(sessionCount);
    for (const row of listed["sessions"] as { session_id: string; workspace: string; model: string; user_messages: number; title: string }[]) {
      const session = sessions.find(({ provider_session_id }) => provider_session_id === row.session_id);
      expect(row).toMatchObject({ provider, workspace: session?.cwd, model: session?.model, ...(session?.title === undefined ? {} : { title: session.title }) });
      expect(row.user_messages).toBe(session?.events.filter(({ type, agent }) => type === "user_message" && !agent).length);
    }
  });
});
