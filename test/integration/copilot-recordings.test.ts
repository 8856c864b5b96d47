import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compareWithExpected, type ExpectedSession } from "../helpers/expected.js";
import { readLogs } from "../helpers/logged.js";
import { samplesDir } from "../helpers/samples.js";
import { connectServer } from "../helpers/server.js";

const recordings = samplesDir ? join(samplesDir, "recorded/copilot") : undefined;
const names = recordings && existsSync(recordings) ? readdirSync(recordings) : [];

describe.skipIf(names.length === 0)("recordings of Copilot CLI, imported through the server", () => {
  it.each(names)("%s gives what was really said, and a second import nothing", async (name) => {
    const folder = join(recordings ?? "", name);
    const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as { session_count: number; sessions: ExpectedSession[] };
    const server = await connectServer({ env: { COPILOT_HOME: join(folder, "native/.copilot") } });
    expect(await server.call("import_sessions")).toMatchObject({ imported: expected.session_count });
    const logs = readLogs(server.home);
    expect([...logs.keys()].toSorted()).toEqual(expected.sessions.map((session) => session.provider_session_id).toSorted());
    for (const session of expected.sessions) {
      expect(compareWithExpected(logs.get(session.provider_session_id) ?? [], session)).toEqual([]);
    }
    const before = [...logs.values()].map((events) => events.length);
    expect(await server.call("import_sessions")).toMatchObject({ imported: 0, updated: 0, events: 0 });
    expect(await server.call("import_sessions", { force: true })).toMatchObject({ imported: 0, updated: 0, events: 0 });
    expect([...readLogs(server.home).values()].map((events) => events.length)).toEqual(before);
    const { sessions, total } = await server.call("list_sessions", { detail: "full" });
    expect(total).toBe(expected.session_count);
    for (const listed of sessions as { session_id: string; workspace: string; model: string; user_messages: number }[]) {
      const session = expected.sessions.find(({ provider_session_id }) => provider_session_id === listed.session_id);
      expect(listed).toMatchObject({ workspace: session?.cwd, model: session?.model });
      expect(listed.user_messages).toBe(session?.events.filter(({ type, agent }) => type === "user_message" && !agent).length);
    }
  });
});
