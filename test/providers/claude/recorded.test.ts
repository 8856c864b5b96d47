import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { claude } from "../../../src/providers/claude/claude.js";
import type { NativeFile, ParsedEvent } from "../../../src/providers/provider.js";
import { compareWithExpected, type ExpectedSession } from "../../helpers/expected.js";
import { asLogged, companionsOf, type LoggedLike, parseWhole } from "../../helpers/parsed.js";
import { samplesDir } from "../../helpers/samples.js";

const recorded = samplesDir === undefined ? "" : join(samplesDir, "recorded", "claude");
const recordings = recorded && existsSync(recorded) ? readdirSync(recorded) : [];

/** Files of a session below the root, the main one first. */
function sessionFiles(root: string, sessionId: string): NativeFile[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .flatMap((path) => claude.classify(root, path) ?? [])
    .filter((file) => file.nativeSessionId === sessionId)
    .toSorted((a, b) => Number(a.role !== "main") - Number(b.role !== "main"));
}

/** What the engine does with `outputFile`: the whole output instead of its preview. */
function withWholeOutput(event: ParsedEvent, file: NativeFile): ParsedEvent {
  if (event.outputFile === undefined || event.kind.type !== "tool_result") return event;
  expect(basename(event.outputFile)).toBe(event.outputFile);
  const output = readFileSync(join(file.outputDir ?? "", event.outputFile), "utf8");
  return { ...event, kind: { ...event.kind, output } };
}

function parseSession(root: string, sessionId: string): LoggedLike[] {
  const events = sessionFiles(root, sessionId).flatMap((file) => {
    return parseWhole(claude, readFileSync(file.path), { file, companions: companionsOf(file) }).events.map((event) => withWholeOutput(event, file));
  });
  return asLogged(events);
}

function expectedSessions(recording: string): ExpectedSession[] {
  const text = readFileSync(join(recorded, recording, "expected.json"), "utf8");
  return (JSON.parse(text) as { sessions: ExpectedSession[] }).sessions;
}

/** The last running total of a session's cost, by a plain look at its lines. */
function lastCost(path: string): number {
  const totals = [...readFileSync(path, "utf8").matchAll(/"totalCostUSD":([\d.e-]+)/g)].map((match) => Number(match[1]));
  return totals.at(-1) ?? 0;
}

describe.skipIf(recordings.length === 0)("the Claude parser on recordings of the real tool", () => {
  test.each(recordings)("finds everything that the script of %s said, and nothing else", (recording) => {
    const root = join(recorded, recording, "native", ".claude");
    for (const session of expectedSessions(recording)) {
      const events = parseSession(root, session.provider_session_id);
      expect(compareWithExpected(events, session)).toEqual([]);
      const [start] = events;
      expect(start).toMatchObject({ type: "session_started", cwd: session.cwd, resumed: false });
      expect(events.filter((event) => event.type === "parse_warning")).toEqual([]);
    }
  });

  test.each(recordings)("gives the last running total as the cost of the sessions of %s", (recording) => {
    const root = join(recorded, recording, "native", ".claude");
    for (const session of expectedSessions(recording)) {
      const [main] = sessionFiles(root, session.provider_session_id);
      const events = parseSession(root, session.provider_session_id);
      const cost = events.reduce((sum, event) => sum + (event.type === "usage" ? (event.total_cost_usd ?? 0) : 0), 0);
      expect(cost).toBeCloseTo(lastCost(main?.path ?? ""), 9);
    }
  });

  test("names the session before a /clear, and keeps the request log out", () => {
    const root = join(recorded, "clear", "native", ".claude");
    const [before, after] = expectedSessions("clear");
    const events = parseSession(root, after?.provider_session_id ?? "");
    expect(events.filter((event) => event.type === "session_cleared")).toMatchObject([
      { old_session_id: before?.provider_session_id, new_session_id: after?.provider_session_id },
    ]);
    expect(JSON.stringify(events)).not.toContain("api-request");
  });
});
