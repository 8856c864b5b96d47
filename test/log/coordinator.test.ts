import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { SessionLogCoordinator, type CoordinatorOptions } from "../../src/log/coordinator.js";
import type { LiveLogAdapter } from "../../src/log/live-adapter.js";
import { loadSessionIndex } from "../../src/log/session-index.js";
import type { SessionLogWriter } from "../../src/log/writer.js";
import type { AgentLogEvent } from "../../src/schema/event.js";
import { logLines } from "../helpers/log-lines.js";
import { sessionMetadata } from "../helpers/session-metadata.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";

/** No heartbeats and quick polls, unless said otherwise. */
const quick: CoordinatorOptions = { pollMs: 1, heartbeatMs: 1_000_000 };

function start(adapter: LiveLogAdapter | null, options: CoordinatorOptions = quick, changes = {}) {
  const logsDir = tempDir();
  const coordinator = SessionLogCoordinator.start(logsDir, sessionMetadata(changes), adapter, options);
  onTestFinished(() => coordinator.finish(true).catch(() => {}));
  return { logsDir, coordinator, lines: () => logLines(coordinator.writer().logPath()), types: () => logLines(coordinator.writer().logPath()).map(({ type }) => type) };
}

const say = (writer: SessionLogWriter, message: string) => writer.emit("provider_file", { type: "stderr", message });

test("`start()` writes `session_started` from the metadata", async () => {
  const { coordinator, lines } = start(null, quick, { model: "m-1", resumed: true });
  expect(lines()).toMatchObject([
    { seq: 1, source_kind: "wrapper", type: "session_started", command: "exec", model: "m-1", cwd: "/work/space", resumed: true, backfilled: false },
  ]);
  await coordinator.finish(true);
});

test("A backfilled session starts with source kind `backfill`", () => {
  expect(start(null, quick, { backfilled: true }).lines()).toMatchObject([{ source_kind: "backfill", backfilled: true }]);
});

test("`startWithCallback()` shows the callback every event from `session_started` on", async () => {
  const seen: AgentLogEvent[] = [];
  const coordinator = SessionLogCoordinator.startWithCallback(tempDir(), sessionMetadata(), null, (event) => seen.push(event), quick);
  say(coordinator.writer(), "x");
  await coordinator.finish(false, "why");
  expect(seen.map(({ seq, type }) => [seq, type])).toEqual([[1, "session_started"], [2, "stderr"], [3, "session_ended"]]);
});

test("A live adapter is polled again and again, finalized once, and then the session ends", async () => {
  let polls = 0;
  const { logsDir, coordinator, types } = start({
    poll: async (writer) => void (polls++ < 3 && say(writer, "poll")),
    finalize: async (writer) => void say(writer, "finalize"),
  });
  await waitFor("more polls", () => polls > 4);
  await coordinator.finish(true);
  expect(types()).toEqual(["session_started", "stderr", "stderr", "stderr", "stderr", "session_ended"]);
  expect(loadSessionIndex(logsDir).sessions[0]?.ended_at).not.toBeNull();
  const settled = polls;
  let otherPolls = 0;
  start({ poll: async () => void (otherPolls += 1) });
  await waitFor("another adapter to be polled in the meantime", () => otherPolls > 10);
  expect(polls).toBe(settled);
});

test("An adapter without `finalize` is polled a last time, even when it is finished at once", async () => {
  let polls = 0;
  const { coordinator } = start({ poll: async () => void (polls += 1) });
  expect(polls).toBe(0);
  await coordinator.finish(true);
  expect(polls).toBe(2);
});

test("`finish()` called twice ends the session once", async () => {
  const { coordinator, types } = start(null);
  await Promise.all([coordinator.finish(true), coordinator.finish(false)]);
  expect(types()).toEqual(["session_started", "session_ended"]);
});

for (const withAdapter of [false, true]) {
  test(`Heartbeats are written ${withAdapter ? "with" : "without"} an adapter, and end with the session`, async () => {
    const { coordinator, lines, types } = start(withAdapter ? { poll: async () => {} } : null, { pollMs: 1, heartbeatMs: 5 });
    await waitFor("heartbeats", () => types().filter((type) => type === "heartbeat").length >= 2);
    expect(lines()[1]).toMatchObject({ source_kind: "wrapper", type: "heartbeat", interval_secs: 0 });
    await coordinator.finish(true);
    expect(types().at(-1)).toBe("session_ended");
  });
}

test("Heartbeats stop when nothing else was written for long, and go on with the next event", async () => {
  const { coordinator, types } = start(null, { heartbeatMs: 5, heartbeatLimitMs: 200 });
  const beats = () => types().filter((type) => type === "heartbeat").length;
  await waitFor("the limit", () => Date.now() - coordinator.writer().lastEventAtMs() > 250);
  const silent = beats();
  expect(silent).toBeGreaterThan(0);
  await waitFor("time to pass", () => Date.now() - coordinator.writer().lastEventAtMs() > 350);
  expect(beats()).toBe(silent);
  say(coordinator.writer(), "on");
  await waitFor("heartbeats again", () => beats() > silent);
});

test("An adapter that fails is said once, tried again later and later, and costs neither heartbeats nor the end", async () => {
  const times: number[] = [];
  const { coordinator, lines, types } = start(
    {
      poll: async () => {
        times.push(Date.now());
        throw new Error("native file is broken");
      },
    },
    { pollMs: 2, maxRetryMs: 8, heartbeatMs: 5 },
  );
  await waitFor("several tries and a heartbeat", () => times.length > 4 && types().includes("heartbeat"));
  await coordinator.finish(true);
  const failures = lines().filter(({ type }) => type === "provider_status");
  expect(failures).toEqual([
    expect.objectContaining({ source_kind: "wrapper", message: "live adapter failed", data: { step: "poll", error: "native file is broken", retry_in_ms: 4 } }),
  ]);
  expect(types().at(-1)).toBe("session_ended");
});

test("An adapter that throws at once, recovers and fails anew is said anew", async () => {
  let polls = 0;
  const adapter: LiveLogAdapter = {
    poll: (writer) => {
      polls += 1;
      if (polls === 1 || polls === 3) throw new Error("gone");
      if (polls === 2) say(writer, "back");
      return Promise.resolve();
    },
    finalize: () => Promise.reject(new Error("gone for good")),
  };
  const { coordinator, lines } = start(adapter, { pollMs: 1, maxRetryMs: 2, heartbeatMs: 1_000_000 });
  await waitFor("the polls", () => polls > 3);
  await coordinator.finish(true);
  expect(lines().map(({ type, data }) => [type, (data as { error?: string } | undefined)?.error])).toEqual([
    ["session_started", undefined],
    ["provider_status", "gone"],
    ["stderr", undefined],
    ["provider_status", "gone"],
    ["provider_status", "gone for good"],
    ["session_ended", undefined],
  ]);
});

test("A log that cannot be written is a warning to the loops, and an error to `finish()`", async () => {
  const warnings: string[] = [];
  const { logsDir, coordinator } = start(
    { poll: () => Promise.reject(new Error("x")) },
    { pollMs: 1, heartbeatMs: 1, onWarning: (message) => warnings.push(message) },
  );
  coordinator.writer().close();
  rmSync(join(logsDir, "sessions"), { recursive: true });
  mkdirSync(join(logsDir, "sessions", "w-1.jsonl"), { recursive: true });
  await waitFor("warnings", () => warnings.some((text) => text.includes("heartbeat")) && warnings.some((text) => text.includes("adapter")));
  await expect(coordinator.finish(true)).rejects.toMatchObject({ code: "LOG_CLOSED" });
});
