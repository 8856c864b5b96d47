import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import type { AgentLogEvent } from "../../src/schema/event.js";
import { readLogs } from "../helpers/logged.js";
import { samplesDir } from "../helpers/samples.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";
import { openIngest } from "./open-ingest.js";

interface Replay {
  replayGrowth(options: { sample: string; target: string; speed?: number; maxGap?: number; chop?: number }): Promise<number>;
}

const recordings = join(samplesDir ?? "", "recorded/claude");
const tool = join(samplesDir ?? "", "../tools/replay-growth.mjs");
const names = samplesDir && existsSync(recordings) && existsSync(tool) ? readdirSync(recordings) : [];

/** What a log says, whenever and wherever it was read: by record, since files of one session may be read in any order. */
function said(dir: string): Map<string, unknown[]> {
  const logs = [...readLogs(dir)].map(([sessionId, events]): [string, unknown[]] => [sessionId, events.map(withoutPlace).toSorted(byOrigin)]);
  return new Map(logs.toSorted());
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

describe.skipIf(names.length === 0)("a recording that grows under the tail", () => {
  it.each(names.flatMap((name) => [{ name }, { name, chop: 701 }]))("$name ends with what an import of its end gives (writes of at most $chop)", async ({ name, ...pace }) => {
    const { replayGrowth } = (await import(pathToFileURL(tool).href)) as Replay;
    const whole = openIngest({ claudeDir: join(recordings, name, "native/.claude") });
    await whole.ingest.import({ dryRun: false, force: false });
    const target = tempDir();
    const live = openIngest({ claudeDir: join(target, ".claude") });
    live.ingest.startBackground();
    await live.ingest.settled();
    await replayGrowth({ sample: join(recordings, name), target, speed: 20, maxGap: 60, ...pace });
    const expected = said(whole.dir);
    await waitFor("all events", () => JSON.stringify([...said(live.dir)].map(([, events]) => events.length)) === JSON.stringify([...expected].map(([, events]) => events.length)), {
      timeoutMs: 5000,
    }).catch(() => undefined);
    expect(said(live.dir)).toEqual(expected);
    await live.close();
    expect(said(live.dir)).toEqual(expected);
  });
});
