import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { copilot } from "../../../src/providers/copilot/copilot.js";
import { compareWithExpected, type ExpectedSession } from "../../helpers/expected.js";
import { asLogged, companionsOf, type LoggedLike, parseWhole } from "../../helpers/parsed.js";
import { samplesDir } from "../../helpers/samples.js";

const recorded = samplesDir === undefined ? "" : join(samplesDir, "recorded", "copilot");
const recordings = recorded && existsSync(recorded) ? readdirSync(recorded) : [];
const rootOf = (recording: string) => join(recorded, recording, "native", ".copilot");

function parseSession(root: string, sessionId: string): LoggedLike[] {
  const paths = readdirSync(root, { recursive: true, encoding: "utf8" });
  const files = paths.flatMap((path) => copilot.classify(root, path) ?? []).filter((file) => file.nativeSessionId === sessionId);
  return asLogged(files.flatMap((file) => parseWhole(copilot, readFileSync(file.path), { file, companions: companionsOf(file) }).events));
}

function expectedSessions(recording: string): ExpectedSession[] {
  const text = readFileSync(join(recorded, recording, "expected.json"), "utf8");
  return (JSON.parse(text) as { sessions: ExpectedSession[] }).sessions;
}

const cases = recordings.flatMap((recording) => expectedSessions(recording).map((session) => ({ recording, session, id: session.provider_session_id })));

describe.skipIf(recordings.length === 0)("the Copilot parser on recordings of the real tool", () => {
  test.each(cases)("finds everything that the script of $recording said in $id, and nothing else", ({ recording, session, id }) => {
    const events = parseSession(rootOf(recording), id);
    expect(compareWithExpected(events, session)).toEqual([]);
    expect(events[0]).toMatchObject({ type: "session_started", cwd: session.cwd, model: session.model, resumed: false });
    expect(events.filter((event) => event.type === "parse_warning")).toEqual([]);
  });

  test.each(cases)("tells exit codes of $id in $recording, also where the shell tool succeeded", ({ recording, session, id }) => {
    const events = parseSession(rootOf(recording), id);
    for (const wanted of session.events) {
      if (wanted.type !== "tool_result" || wanted.open || wanted.exit_code === undefined) continue;
      const result = events.find((event) => event.type === "tool_result" && event.tool_id === wanted.tool_id);
      expect(result).toMatchObject({ data: { exit_code: wanted.exit_code } });
    }
  });

  test.each(cases)("tells starts, resumes and ends of $id in $recording", ({ recording, session, id }) => {
    const events = parseSession(rootOf(recording), id);
    const runs = session.events.flatMap((event) => ("resumed" in event ? [event.resumed] : []));
    expect(events.flatMap((event) => (event.type === "session_started" ? [event.resumed] : []))).toEqual(runs);
    const ends = events.filter((event) => event.type === "session_ended");
    expect(ends).toHaveLength(recording === "kill" ? 0 : runs.length);
    for (const end of ends) expect(end).toMatchObject({ success: true, error: null });
  });

  test.each(["esc"])("fails the call that was open when the user broke off %s", (recording) => {
    const [session] = expectedSessions(recording);
    const open = session?.events.find((event) => event.open);
    const results = parseSession(rootOf(recording), session?.provider_session_id ?? "").filter((event) => event.type === "tool_result" && event.tool_id === open?.tool_id);
    expect(results).toMatchObject([{ success: false, tool_name: "bash", tool_kind: "shell", output: null }]);
  });

  test("tells an error and one usage limit with the time of its reset", () => {
    const [session] = expectedSessions("limit");
    const events = parseSession(rootOf("limit"), session?.provider_session_id ?? "");
    const [hit] = events.filter((event) => event.type === "usage_limit_hit");
    expect(events.filter((event) => event.type === "user_event")).toMatchObject([{ level: "error", data: { errorType: "rate_limit", statusCode: 429 } }]);
    expect(Date.parse(hit?.reset_at ?? "") - Date.parse(hit?.ts ?? "")).toBe(2 * 3_600_000);
  });

  test.each(recordings)("reads the titles and the live processes of %s", (recording) => {
    const root = rootOf(recording);
    const paths = readdirSync(root, { recursive: true, encoding: "utf8" });
    for (const { provider_session_id: id, events } of expectedSessions(recording)) {
      const side = copilot.classifySide?.(root, `session-state/${id}/workspace.yaml`);
      const facts = side && copilot.parseSide?.(side, { text: readFileSync(side.path, "utf8") });
      const prompt = events.find((event) => event.type === "user_message")?.text ?? "";
      expect(facts).toMatchObject([{ nativeSessionId: id, kind: { type: "provider_status", message: "title", data: prompt } }]);
    }
    for (const path of paths.filter((name) => copilot.isProcessFile?.(name))) {
      const pid = Number(/inuse\.(\d+)/.exec(path)?.[1]);
      expect(copilot.parseProcess?.(readFileSync(join(root, path), "utf8"), path)).toEqual({ pid, nativeSessionId: path.split("/")[1] });
    }
  });
});
