import { describe, expect, it } from "vitest";
import type { AgentLogEvent } from "../../src/schema/event.js";
import { readLogs } from "../helpers/logged.js";
import { recordings, type Recording } from "../helpers/recordings.js";
import { canReplay, replay } from "../helpers/replay.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";
import { openIngest, type OpenIngest } from "./open-ingest.js";

const all = canReplay ? recordings() : [];

/** What a log says, whenever and wherever it was read: by record, since files of one session may be read in any order. */
function said(dir: string): Map<string, unknown[]> {
  const logs = [...readLogs(dir)].map(([sessionId, events]): [string, unknown[]] => [sessionId, withoutLateLinks(events).map(withoutPlace).toSorted(byOrigin)]);
  return new Map(logs.toSorted());
}

const isLateLink = (event: AgentLogEvent): boolean => event.type === "provider_status" && event.message === "parent_tool_id";

/** The call that spawned an agent stands in the agent's events, or beside them where it was told later than one waits for it. */
function withoutLateLinks(events: readonly AgentLogEvent[]): AgentLogEvent[] {
  const calls = new Map(events.filter(isLateLink).map(({ agent_id, parent_tool_id }) => [agent_id, parent_tool_id]));
  return events
    .filter((event) => !isLateLink(event))
    .map((event) => {
      const call = event.agent_id === undefined ? undefined : calls.get(event.agent_id);
      return call === undefined ? event : { ...event, parent_tool_id: call };
    });
}

function withoutPlace(event: AgentLogEvent): AgentLogEvent {
  const bare = { ...event, seq: 0, source_kind: "backfill" as const };
  if (bare.type === "session_started") return { ...bare, backfilled: false, source_paths: [] };
  // Facts of ours have no time of their own, and paths differ between two folders.
  if (bare.type === "provider_status" && bare.message === "source_path") return { ...bare, ts: "", data: "", origin: "source_path" };
  return bare;
}

function byOrigin(a: AgentLogEvent, b: AgentLogEvent): number {
  return (a.origin ?? "") < (b.origin ?? "") ? -1 : 1;
}

const environmentOf = (homeDir: string) => ({ homeDir, variables: {}, platform: "linux" as const });

function openOf({ provider }: Recording, homeDir: string, options: Parameters<typeof openIngest>[0] = {}): OpenIngest {
  return openIngest({ enabled: [provider], environment: environmentOf(homeDir), ...options });
}

describe.skipIf(all.length === 0)("a recording that grows under the tail", () => {
  const paces = [{ chop: undefined }, { chop: 701 }];
  it.each(all.flatMap((recording) => paces.map((pace) => ({ ...recording, ...pace }))))("$provider/$name ends with what an import of its end gives (writes of at most $chop bytes)", async (recording) => {
    const whole = openOf(recording, recording.native);
    await whole.ingest.import({ dryRun: false, force: false });
    const target = tempDir();
    const live = openOf(recording, target);
    live.ingest.startBackground();
    await live.ingest.settled();
    await replay({ sample: recording.folder, target, speed: 20, maxGap: 60, ...(recording.chop === undefined ? {} : { chop: recording.chop }) });
    const expected = said(whole.dir);
    const counts = (logs: Map<string, unknown[]>) => JSON.stringify([...logs].map(([, events]) => events.length));
    // What is missing after all is shown by the comparison.
    await waitFor("all events", () => counts(said(live.dir)) === counts(expected), { timeoutMs: 5000 }).catch(() => undefined);
    expect(said(live.dir)).toEqual(expected);
    await live.close();
    expect(said(live.dir)).toEqual(expected);
  });
});

describe.skipIf(all.length === 0)("a recording of Copilot CLI with its processes", () => {
  const [cleared] = all.filter(({ provider, name }) => provider === "copilot" && name === "clear");
  const [killed] = all.filter(({ provider, name }) => provider === "copilot" && name === "kill");

  it("tells which session followed a /clear", async () => {
    if (!cleared) throw new Error("There is no such recording");
    const target = tempDir();
    const live = openOf(cleared, target, { isAlive: () => true });
    live.ingest.startBackground();
    await live.ingest.settled();
    // The locks of both sessions are there for a moment only; all else may go fast.
    await replay({ sample: cleared.folder, target, speed: 4, maxGap: 400 });
    const [before, after] = cleared.sessions.map(({ provider_session_id }) => provider_session_id);
    await waitFor("the session that was cleared", () => readLogs(live.dir).get(after ?? "")?.some((event) => event.type === "session_cleared" && event.old_session_id === before));
  });

  it("ends a session whose process was killed", async () => {
    if (!killed) throw new Error("There is no such recording");
    const target = tempDir();
    let isAlive = true;
    const live = openOf(killed, target, { isAlive: () => isAlive });
    live.ingest.startBackground();
    await live.ingest.settled();
    await replay({ sample: killed.folder, target, speed: 20, maxGap: 60 });
    const id = killed.sessions[0]?.provider_session_id ?? "";
    await waitFor("the session", () => readLogs(live.dir).has(id) && live.ingest.live().length > 0);
    isAlive = false;
    await waitFor("its end", () => readLogs(live.dir).get(id)?.some((event) => event.type === "session_ended" && !event.success));
  });
});
