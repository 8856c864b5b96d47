import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { copilot } from "../../../src/providers/copilot/copilot.js";
import type { NativeFile } from "../../../src/providers/provider.js";
import { countEvents, countHistory, countLog } from "../../helpers/copilot-counts.js";
import { asLogged, companionsOf, type LoggedLike, parseInPieces, parseWhole } from "../../helpers/parsed.js";
import { newSeed, seededRandom } from "../../helpers/random.js";
import { samplesDir } from "../../helpers/samples.js";

const root = samplesDir === undefined ? "" : join(samplesDir, "copilot");
const all = root && existsSync(root) ? readdirSync(root, { recursive: true, encoding: "utf8" }).map((path) => path.replaceAll("\\", "/")) : [];
const files = all.flatMap((path) => copilot.classify(root, path) ?? []);
const named = files.map((file) => ({ file, name: file.path.slice(root.length + 1) }));

const read = (file: NativeFile) => asLogged(parseWhole(copilot, readFileSync(file.path), { file, companions: companionsOf(file) }).events);

function sample(part: string): LoggedLike[] {
  const file = files.find(({ path }) => path.includes(part));
  if (!file) throw new Error(`No log: ${part}`);
  return read(file);
}

describe.skipIf(files.length === 0)("the Copilot parser on real logs", () => {
  test("knows each of their forms", () => {
    const forms = new Set(named.map(({ name }) => name.replaceAll(/[^/]*[0-9a-f]{8}[^/]*|copilot_stage0_small/g, "*")));
    expect([...forms].toSorted()).toEqual(["history-session-state/*", "session-state/*", "session-state/*/events.jsonl"]);
  });

  test.each(named)("counts in $name what a plain walk counts", ({ file }) => {
    const text = readFileSync(file.path, "utf8");
    expect(countEvents(read(file))).toEqual(file.format === "document" ? countHistory(text) : countLog(text));
  });

  test.each(named)("gives every result in $name the name of its call, where the call is there", ({ file }) => {
    const events = read(file);
    const names = new Map(events.flatMap((event) => (event.type === "tool_call" && event.tool_id ? [[event.tool_id, event.tool_name] as const] : [])));
    const results = events.flatMap((event) => (event.type === "tool_result" ? [event] : []));
    for (const result of results) expect(result.tool_name).toBe(names.get(result.tool_id ?? "") ?? null);
  });

  test.each(named)("keeps opaque values, telemetry and base64 of $name out of all events", ({ file }) => {
    const text = JSON.stringify(read(file).map((event) => (event.type === "tool_call" || event.type === "user_message" ? null : event)));
    expect(text).not.toMatch(/"(?:reasoningOpaque|encryptedContent|toolTelemetry|accountingSnapshot|toolArgs|toolResult)":/);
    expect(text).not.toMatch(/[A-Za-z0-9+/]{1000}/);
  });

  test.each(named)("reads $name in random pieces as it reads it whole", ({ file }) => {
    const bytes = readFileSync(file.path);
    const seed = newSeed();
    const random = seededRandom(seed);
    const cuts = Array.from({ length: 12 }, () => Math.floor(random() * bytes.length)).toSorted((a, b) => a - b);
    expect(parseInPieces(copilot, bytes, { file, cuts }).events, `seed ${seed}`).toEqual(parseWhole(copilot, bytes, { file }).events);
  });

  test("gives a sub-agent of 1.0.10 its calls, and the tokens of the model that it alone used", () => {
    const events = sample("8baa78ec").filter((event) => event.agent_id !== undefined);
    const [agent] = events;
    expect(new Set(events.map(({ agent_id, parent_tool_id }) => `${agent_id} ${parent_tool_id}`)).size).toBe(1);
    expect(agent?.parent_tool_id).toBe(agent?.agent_id);
    expect(countEvents(events)).toMatchObject({ prompts: 0, calls: 37, results: 37, tokens: [364_103 - 311_058, 5463, 311_058, 0] });
  });

  test("tells the ends and resumes of 1.0.10, in their order", () => {
    const told = sample("8baa78ec").flatMap((event) => (event.type === "session_ended" ? ["end"] : event.type === "session_started" ? [event.resumed ? "resume" : "start"] : []));
    expect(told).toEqual(["start", "end", "resume", "end", "resume", "resume"]);
  });

  test("does not take the model or the prompt of a sub-agent of 1.0.95 for the session's", () => {
    const events = sample("4ea18a78");
    expect(events[0]).toMatchObject({ type: "session_started", model: "claude-sonnet-5.5", cwd: "/private/tmp/copilot-tools-exercise" });
    const prompts = events.filter((event) => event.type === "user_message");
    expect(prompts.map(({ agent_id }) => agent_id)).toEqual([undefined, "47a0fd49-8a0b-4efa-afa4-7a2981722969"]);
    expect(events.filter((event) => event.type === "tool_result" && event.success && (event.data as { exit_code?: number } | null)?.exit_code === 1)).not.toHaveLength(0);
  });

  test("takes typed words, without the time that 2025 builds wrote behind them", () => {
    const prompts = sample("99a32bf6").flatMap((event) => (event.type === "user_message" ? [event.content] : []));
    expect(prompts).toContain("ok");
    expect(prompts.join()).not.toContain("current_datetime");
  });

  test("survives the stream of stdout, which is no log on disk", () => {
    const stream = all.find((path) => path.startsWith("stdout-json/")) ?? "";
    expect(copilot.classify(root, stream)).toBeUndefined();
    const file = copilot.classify(root, "session-state/x/events.jsonl");
    const bytes = readFileSync(join(root, stream));
    const events = file ? asLogged(parseWhole(copilot, bytes, { file }).events) : [];
    expect(countEvents(events)).toEqual(countLog(bytes.toString("utf8")));
    expect(events[0]).toMatchObject({ type: "session_started", cwd: null });
    expect(events.filter((event) => event.type === "parse_warning")).toEqual([]);
  });

  test("reads the title that 1.0.10 summed up, and the process that it names", () => {
    const id = "8baa78ec-b203-4c7f-b1d3-c1170ae84b7d";
    const side = copilot.classifySide?.(root, `session-state/${id}/workspace.yaml`);
    const facts = side && copilot.parseSide?.(side, { text: readFileSync(side.path, "utf8") });
    expect(facts).toMatchObject([{ nativeSessionId: id, kind: { message: "title", data: "Fix MCP Config File" }, ts: "2026-03-21T01:38:10.975Z" }]);
    const lock = `session-state/${id}/inuse.2924.lock`;
    expect(copilot.parseProcess?.(readFileSync(join(root, lock), "utf8"), lock)).toEqual({ pid: 2924, nativeSessionId: id });
  });
});
