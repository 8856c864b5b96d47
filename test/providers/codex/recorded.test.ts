import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { codex } from "../../../src/providers/codex/codex.js";
import type { SideFact } from "../../../src/providers/provider.js";
import { compareWithExpected, type ExpectedSession } from "../../helpers/expected.js";
import { asLogged, type LoggedLike, parseWhole } from "../../helpers/parsed.js";
import { samplesDir } from "../../helpers/samples.js";

const recorded = samplesDir === undefined ? "" : join(samplesDir, "recorded", "codex");
const recordings = recorded && existsSync(recorded) ? readdirSync(recorded) : [];
const rootOf = (recording: string) => join(recorded, recording, "native", ".codex");

/** All threads below a root, by their ids. */
function parseThreads(root: string): Map<string, LoggedLike[]> {
  const threads = new Map<string, LoggedLike[]>();
  for (const path of readdirSync(root, { recursive: true, encoding: "utf8" })) {
    const file = codex.classify(root, path.replaceAll("\\", "/"));
    if (!file) continue;
    const bytes = readFileSync(file.path);
    const { nativeSessionId = "" } = codex.head(bytes.subarray(0, 64 * 1024), file, {});
    threads.set(nativeSessionId, asLogged(parseWhole(codex, bytes, { file }).events));
  }
  return threads;
}

/** The call of the parent that began a sub-agent's thread. */
function spawningCall(parent: readonly LoggedLike[], threadId: string): string | undefined {
  for (const event of parent) {
    if (event.type !== "provider_status" || event.message !== "sub_agent_activity") continue;
    const { agent_session_id: id, tool_id: call } = event.data as { agent_session_id?: string; tool_id?: string };
    if (id === threadId && call !== undefined) return call;
  }
  return undefined;
}

/** Events of a session and of its child threads, these marked as the recording's script knows them: as sub-agents. */
function withChildren(threads: Map<string, LoggedLike[]>, id: string): LoggedLike[] {
  const main = threads.get(id) ?? [];
  const children = [...threads].filter(([, [start]]) => start?.type === "session_started" && start.parent_session_id === id);
  const marked = children.flatMap(([childId, events]) => {
    return events.map((event) => ({ ...event, agent_id: childId, parent_tool_id: spawningCall(main, childId) }));
  });
  return [...main, ...marked];
}

function expectedSessions(recording: string): (ExpectedSession & { title?: string })[] {
  const text = readFileSync(join(recorded, recording, "expected.json"), "utf8");
  return (JSON.parse(text) as { sessions: ExpectedSession[] }).sessions;
}

function sideFacts(root: string): SideFact[] {
  return readdirSync(root).flatMap((path) => {
    const side = codex.classifySide?.(root, path);
    return side?.reads.as === "text" ? (codex.parseSide?.(side, { text: readFileSync(side.path, "utf8") }) ?? []) : [];
  });
}

describe.skipIf(recordings.length === 0)("the Codex parser on recordings of the real tool", () => {
  test.each(recordings)("finds everything that the script of %s said, and nothing else", (recording) => {
    const threads = parseThreads(rootOf(recording));
    const sessions = expectedSessions(recording);
    const mains = [...threads.values()].filter(([start]) => start?.type === "session_started" && start.parent_session_id === undefined);
    expect(mains).toHaveLength(sessions.length);
    for (const session of sessions) {
      const events = withChildren(threads, session.provider_session_id);
      expect(compareWithExpected(events, session)).toEqual([]);
      expect(events[0]).toMatchObject({ type: "session_started", cwd: session.cwd, model: session.model, resumed: false });
      expect(events.filter((event) => event.type === "parse_warning")).toEqual([]);
      const children = session.sub_agents.map((agent) => agent.provider_thread_id);
      expect(events.flatMap((event) => (event.agent_id !== undefined && event.type === "session_started" ? [event.agent_id] : []))).toEqual(children);
    }
  });

  test.each(recordings)("tells the titles of the sessions of %s", (recording) => {
    const facts = sideFacts(rootOf(recording));
    for (const session of expectedSessions(recording)) {
      const titles = facts.filter((fact) => fact.nativeSessionId === session.provider_session_id);
      expect(titles.map(({ kind }) => (kind.type === "provider_status" ? kind.data : kind))).toEqual(session.title === undefined ? [] : [session.title]);
    }
  });

  test("says every unknown record of the recordings by name, and never a whole instruction text", () => {
    const events = recordings.flatMap((recording) => [...parseThreads(rootOf(recording)).values()].flat());
    const statuses = events.filter((event) => event.type === "provider_status");
    for (const status of statuses) expect(JSON.stringify(status).length).toBeLessThan(20_000);
    expect(statuses.map((status) => status.message)).not.toContain("unknown");
  });

  test("gives the last message of an exec run as the result of its session, and none of others", () => {
    const results = (recording: string) => [...parseThreads(rootOf(recording)).values()].flat().filter((event) => event.type === "session_result");
    expect(results("limit")).toMatchObject([{ result: "Three ports, highest row 1420 mm, lowest 1102 mm." }]);
    expect(results("short")).toEqual([]);
  });
});
