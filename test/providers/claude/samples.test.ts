import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { claude } from "../../../src/providers/claude/claude.js";
import { countEvents, countTranscripts } from "../../helpers/claude-counts.js";
import { asLogged, type LoggedLike, parseInPieces, parseWhole } from "../../helpers/parsed.js";
import { newSeed, seededRandom } from "../../helpers/random.js";
import { samplesDir } from "../../helpers/samples.js";

const root = samplesDir === undefined ? "" : join(samplesDir, "claude");
const paths = root && existsSync(join(root, "projects"))
  ? readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => path.startsWith("projects") && path.endsWith(".jsonl"))
  : [];

function parseSample(path: string): LoggedLike[] {
  const file = claude.classify(root, path.replaceAll("\\", "/"));
  if (!file) throw new Error(`No transcript: ${path}`);
  return asLogged(parseWhole(claude, readFileSync(file.path), { file }).events);
}

const sample = (part: string) => parseSample(paths.find((path) => path.includes(part)) ?? part);

describe.skipIf(paths.length === 0)("the Claude parser on real transcripts", () => {
  test.each(paths)("counts in %s what a plain walk counts", (path) => {
    expect(countEvents(parseSample(path))).toEqual(countTranscripts([readFileSync(join(root, path), "utf8")]));
  });

  test.each(paths)("gives every result in %s the name of its call, where the call is there", (path) => {
    const events = parseSample(path);
    const names = new Map(events.flatMap((event) => (event.type === "tool_call" && event.tool_id ? [[event.tool_id, event.tool_name] as const] : [])));
    const results = events.flatMap((event) => (event.type === "tool_result" ? [event] : []));
    for (const result of results) expect(result.tool_name).toBe(names.get(result.tool_id ?? "") ?? null);
  });

  test.each(paths)("keeps base64 and whole files of %s out of all events", (path) => {
    const events = parseSample(path);
    for (const event of events) expect(JSON.stringify(event)).not.toMatch(/"(?:originalFile|originalFileContents|base64|fullOutput)":/);
    const data = events.map((event) => (event.type === "tool_result" ? event.data : null));
    expect(JSON.stringify(data)).not.toMatch(/[A-Za-z0-9+/]{1000}/);
  });

  test.each(paths)("reads %s in random pieces as it reads it whole", (path) => {
    const file = claude.classify(root, path);
    if (!file) throw new Error(`No transcript: ${path}`);
    const bytes = readFileSync(file.path);
    const seed = newSeed();
    const random = seededRandom(seed);
    const cuts = Array.from({ length: 12 }, () => Math.floor(random() * bytes.length)).toSorted((a, b) => a - b);
    expect(parseInPieces(claude, bytes, { file, cuts }).events, `seed ${seed}`).toEqual(parseWhole(claude, bytes, { file }).events);
  });

  test("reads both objects of a line that two writers shared, and says so", () => {
    const events = sample("3a782158");
    expect(events.filter((event) => event.type === "parse_warning")).toHaveLength(1);
    expect(events).toContainEqual(expect.objectContaining({ type: "provider_status", message: "title", data: "Session list description: commit message instead of prompt" }));
  });

  test("gives inline sub-agents to the calls that spawned them", () => {
    const events = sample("5c0375b4");
    const agents = new Map(events.flatMap(({ agent_id, parent_tool_id }) => (agent_id === undefined ? [] : [[agent_id, parent_tool_id]])));
    const calls = events.flatMap((event) => (event.type === "tool_call" && event.tool_name === "Task" ? [event.tool_id] : []));
    expect(agents.size).toBe(2);
    for (const call of agents.values()) expect(calls).toContain(call);
    expect(new Set(agents.values()).size).toBe(2);
  });

  test("says a denial before the failed result", () => {
    const events = sample("d19ec7f9");
    const at = events.findIndex((event) => event.type === "permission");
    expect(events[at]).toMatchObject({ tool_name: "Edit", granted: false });
    expect(events[at + 1]).toMatchObject({ type: "tool_result", tool_name: "Edit", success: false });
  });

  test("says a prompt that only stands in the queue", () => {
    const queued = sample("7505c804").filter((event) => event.type === "user_message" && event.content === "merge conflicts with main");
    expect(queued).toHaveLength(1);
  });

  test("goes on with a file that grew as if it had been read at once", () => {
    const id = "391d60d7-dca3-490d-9054-c5aeb6c3f125";
    const grown = readFileSync(join(root, "growth", `${id}.step3-grown.jsonl`));
    const before = readFileSync(join(root, "growth", `${id}.step2-replaced.jsonl`));
    const file = claude.classify(root, `projects/-w/${id}.jsonl`);
    if (!file) throw new Error("No transcript");
    expect(grown.subarray(0, before.length).equals(before)).toBe(true);
    const whole = parseWhole(claude, grown, { file });
    const pieces = parseInPieces(claude, grown, { file, cuts: [before.length] });
    expect(pieces.events).toEqual(whole.events);
    expect(asLogged(whole.events)[0]).toMatchObject({ type: "session_started", resumed: true });
  });
});
