import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { StatsGrouping } from "../../src/schema/ports.js";
import { recount, type CountedSession } from "../catalogue/recount-stats.js";
import { readLogs } from "../helpers/logged.js";
import { recordings } from "../helpers/recordings.js";
import { samplesDir } from "../helpers/samples.js";
import { connectServer, type ConnectedServer } from "../helpers/server.js";

const groupings: StatsGrouping[] = ["session", "provider", "model", "workspace", "day", "agent", "tool", "tool_kind"];
const timeZone = "America/New_York";

async function sessionsOf(server: ConnectedServer): Promise<CountedSession[]> {
  const counted: CountedSession[] = [];
  for (const [id, events] of readLogs(server.home)) {
    const { session } = (await server.call("read_session", { session_id: id, limit: 0, max_bytes: 200_000 })) as { session: { provider: string; workspace?: string } };
    const told = events.filter(({ type }) => type !== "heartbeat") as unknown as CountedSession["events"];
    counted.push({ id, provider: session.provider, workspace: session.workspace ?? "unknown", events: told });
  }
  return counted;
}

const camel = (name: string): string => name.replace(/_(\w)/g, (_match, letter: string) => letter.toUpperCase());
const sums = (view: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(view).filter(([name]) => name !== "key").map(([name, value]) => [camel(name), value]));

async function expectRecounted(server: ConnectedServer): Promise<void> {
  const sessions = await sessionsOf(server);
  for (const groupBy of groupings) {
    const answer = await server.call("session_stats", { group_by: groupBy, timezone: timeZone, limit: 1000, max_bytes: 200_000 });
    expect(answer).not.toHaveProperty("next_cursor");
    const plain = recount(groupBy, sessions, { timeZone, file: () => undefined });
    const groups = answer["groups"] as (Record<string, unknown> & { key: string })[];
    expect(new Map(groups.map((group) => [group.key, sums(group)])), groupBy).toEqual(plain.groups);
    expect(sums(answer["totals"] as Record<string, unknown>), groupBy).toEqual(plain.totals);
  }
}

describe.skipIf(samplesDir === undefined)("session_stats of real logs", () => {
  it("equal a recount, for every grouping", async () => {
    const server = await connectServer({ args: ["--no-import", "--show-secrets"], env: { CLAUDE_CONFIG_DIR: join(samplesDir ?? "", "claude") } });
    await server.call("import_sessions");
    await expectRecounted(server);
  });

  it.each(recordings())("equal a recount of $provider/$name", async ({ provider, native }) => {
    const server = await connectServer({ args: ["--no-import", "--show-secrets"], env: { HOME: native } });
    await server.call("import_sessions", { providers: [provider] });
    await expectRecounted(server);
  });
});
