import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { Heartbeats, type HeartbeatOptions } from "../../src/log/heartbeats.js";
import { Home } from "../../src/log/home.js";
import { SessionLogs } from "../../src/log/session-logs.js";
import { logLines } from "../helpers/log-lines.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";
import { ended, message, started } from "./drafts.js";

function beating(dir: string, options: HeartbeatOptions): { logs: SessionLogs; heartbeats: Heartbeats; path: string; beats: () => number } {
  const logs = new SessionLogs(new Home({ dir }));
  const { path } = logs.create("s1", { provider: "acme", providerSessionId: null }, join(dir, "logs"));
  const heartbeats = new Heartbeats(logs, { intervalMs: 5, ...options });
  onTestFinished(() => {
    heartbeats.close();
    logs.close();
  });
  const beats = () => logLines(path).filter(({ type }) => type === "heartbeat").length;
  return { logs, heartbeats, path, beats };
}

describe("Heartbeats", () => {
  it("are written by the wrapper until they are stopped", async () => {
    const { logs, heartbeats, path, beats } = beating(tempDir(), { intervalMs: 20 });
    logs.append("s1", [started()]);
    heartbeats.start("s1", path);
    await waitFor("heartbeats", () => beats() >= 2);
    expect(logLines(path)[1]).toMatchObject({ type: "heartbeat", interval_secs: 0, source_kind: "wrapper" });
    expect(heartbeats.sessionIds).toEqual(["s1"]);
    heartbeats.stop("s1");
    expect(heartbeats.sessionIds).toEqual([]);
  });

  it("end when somebody else ended the session, and begin again only when told to", async () => {
    const { logs, heartbeats, path } = beating(tempDir(), {});
    logs.append("s1", [started(), ended()]);
    heartbeats.start("s1", path);
    await waitFor("the end of the heartbeats", () => heartbeats.sessionIds.length === 0);
    expect(logLines(path)).toHaveLength(2);
  });

  it("pause once nothing else has come for long, even where two processes beat, and go on after an event of any process", async () => {
    const dir = tempDir();
    let now = 0;
    const options = { now: () => now, limitMs: 1000 };
    const [one, two] = [beating(dir, options), beating(dir, options)];
    one.logs.append("s1", [started()]);
    one.heartbeats.start("s1", one.path);
    two.heartbeats.start("s1", one.path);
    await waitFor("heartbeats", () => one.beats() >= 4);
    now = 2000;
    let before = -1;
    await waitFor("no more heartbeats", () => before === (before = one.beats()), { everyMs: 60 });
    two.logs.append("s1", [message("alive")]);
    await waitFor("heartbeats again", () => one.beats() > before);
    expect(one.heartbeats.sessionIds).toEqual(["s1"]);
  });
});
