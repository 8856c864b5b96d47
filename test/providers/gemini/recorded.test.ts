import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { gemini } from "../../../src/providers/gemini/gemini.js";
import { compareWithExpected, type ExpectedSession } from "../../helpers/expected.js";
import { readSession, sessionFiles, textOf } from "../../helpers/gemini-files.js";
import { companionsOf, parseInPieces } from "../../helpers/parsed.js";
import { samplesDir } from "../../helpers/samples.js";

const recorded = samplesDir === undefined ? "" : join(samplesDir, "recorded", "gemini");
const recordings = recorded && existsSync(recorded) ? readdirSync(recorded) : [];
const rootOf = (recording: string) => join(recorded, recording, "native", ".gemini");

function expectedSessions(recording: string): ExpectedSession[] {
  const text = readFileSync(join(recorded, recording, "expected.json"), "utf8");
  return (JSON.parse(text) as { sessions: ExpectedSession[] }).sessions;
}

function sideFacts(recording: string) {
  const side = gemini.classifySide?.(rootOf(recording), "tmp/alpha/logs.json");
  return side && gemini.parseSide?.(side, { text: textOf(side.path) });
}

describe.skipIf(recordings.length === 0)("the Gemini parser on recordings of the real tool", () => {
  test.each(recordings)("finds everything that the script of %s said, and nothing else", (recording) => {
    for (const session of expectedSessions(recording)) {
      const events = readSession(rootOf(recording), session.provider_session_id);
      expect(compareWithExpected(events, session)).toEqual([]);
      expect(events[0]).toMatchObject({ type: "session_started", cwd: session.cwd, resumed: false });
      expect(events.filter((event) => event.type === "parse_warning")).toEqual([]);
    }
  });

  test.each(recordings)("begins a session of %s once, and tells each time that it goes on", (recording) => {
    for (const session of expectedSessions(recording)) {
      const events = readSession(rootOf(recording), session.provider_session_id);
      const starts = events.flatMap((event) => (event.type === "session_started" ? [event.resumed] : []));
      const runs = session.events.filter(({ type }) => type === "run").map((run) => (run as { resumed?: boolean }).resumed);
      expect(starts).toEqual(runs);
    }
  });

  test("has the whole of an output that the model saw in part", () => {
    const [session] = expectedSessions("long");
    const events = readSession(rootOf("long"), session?.provider_session_id ?? "");
    const outputs = events.flatMap((event) => (event.type === "tool_result" ? [event.output ?? ""] : []));
    const longest = outputs.toSorted((a, b) => b.length - a.length)[0] ?? "";
    const kept = textOf(join(rootOf("long"), "tmp/alpha/tool-outputs/session-11f1a0ae-af3d-45a8-b210-aae400ee3f79/run_shell_command__gtilo009x4595.txt"));
    expect(longest.split("\n")).toHaveLength(1810);
    expect(kept).toContain(longest);
  });

  test("says nothing but the start again where the stray file of a resume is read", () => {
    const files = sessionFiles(rootOf("resume"), "d5f23e11-d481-4049-a6b4-e7cd382ba5a3");
    expect(files).toHaveLength(2);
    const events = readSession(rootOf("resume"), "d5f23e11-d481-4049-a6b4-e7cd382ba5a3");
    expect(events.filter((event) => event.type === "session_started" && !event.resumed)).toHaveLength(1);
    expect(events.filter((event) => event.type === "provider_status" && event.message === "session_context")).toHaveLength(1);
  });

  test("takes the end of a session, and what followed a /clear, from the log of commands", () => {
    const told = ["short", "esc", "clear"].map((recording) => sideFacts(recording)?.map(({ nativeSessionId, kind, ts }) => [nativeSessionId, kind.type, ts]));
    expect(told).toEqual([
      [["de372a79-3050-4f33-9f1b-33392b62c848", "session_ended", expect.any(String)]],
      [["a98c3d68-89ca-4126-b3a2-bb669893f444", "session_ended", "2026-11-22T17:16:30.542Z"]],
      [
        ["7f8a6643-df1c-4e37-821b-e9db34687989", "session_ended", "2026-11-22T17:15:41.453Z"],
        ["", "session_cleared", "2026-11-22T17:15:41.453Z"],
        ["", "session_ended", "2026-11-22T17:15:48.352Z"],
      ],
    ]);
  });

  test.each(recordings)("reads the files of %s line by line as it reads them whole", (recording) => {
    for (const session of expectedSessions(recording)) {
      for (const file of sessionFiles(rootOf(recording), session.provider_session_id)) {
        const bytes = readFileSync(file.path);
        const companions = companionsOf(file);
        const ends = bytes.toString("latin1").split("\n").slice(0, -1).reduce<number[]>((all, line) => [...all, (all.at(-1) ?? 0) + line.length + 1], []);
        const whole = parseInPieces(gemini, bytes, { file, companions, cuts: [] });
        expect(parseInPieces(gemini, bytes, { file, companions, cuts: ends }).events).toEqual(whole.events);
      }
    }
  });
});
