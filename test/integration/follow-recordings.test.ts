import { describe, expect, it } from "vitest";
import { compareWithExpected } from "../helpers/expected.js";
import { readLogs } from "../helpers/logged.js";
import { childThreads, recordings, withChildThreads } from "../helpers/recordings.js";
import { canReplay, replay } from "../helpers/replay.js";
import { connectServer } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";

const all = canReplay ? recordings().filter(({ name }) => ["short", "long", "sigint"].includes(name)) : [];

describe.skipIf(all.length === 0)("a session that was started to follow an agent", () => {
  it.each(all)("has all that $provider/$name says, once, and no second log of it", async (recording) => {
    const { provider, sessions, folder } = recording;
    const [session] = sessions;
    if (!session) throw new Error(`${folder} has no session`);
    const userHome = tempDir();
    const server = await connectServer({ userHome, args: [] });
    const prompt = session.events.find(({ type }) => type === "user_message")?.text;
    const started = await server.call("start_session", { provider, workspace_path: session.cwd, follow: true, prompt });
    expect(started).toMatchObject({ following: "waiting", resumed: false });
    await replay({ sample: folder, target: userHome, speed: 20, maxGap: 60 });
    const logs = () => readLogs(server.home);
    const followed = () => {
      const events = logs().get(String(started["session_id"])) ?? [];
      return new Map([...logs(), [session.provider_session_id, events]]);
    };
    await waitFor("all that was said", () => compareWithExpected(withChildThreads(followed(), session), session).length === 0).catch(() => undefined);
    expect(compareWithExpected(withChildThreads(followed(), session), session)).toEqual([]);
    const ids = [String(started["session_id"]), ...childThreads(session).map(({ threadId }) => threadId)];
    expect([...logs().keys()].toSorted()).toEqual(ids.toSorted());
    expect(followed().get(session.provider_session_id)?.filter(({ type }) => type === "session_started")).toHaveLength(1);
    expect(await server.call("import_sessions", { providers: [provider] })).toMatchObject({ imported: 0, events: 0 });
    expect(await server.call("start_session", { provider, provider_session_id: session.provider_session_id, follow: true })).toMatchObject({
      session_id: started["session_id"],
      resumed: true,
      following: "attached",
    });
  });
});
