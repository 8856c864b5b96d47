import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { codex } from "../../../src/providers/codex/codex.js";
import type { NativeFile } from "../../../src/providers/provider.js";
import { countCodexEvents, countRollout } from "../../helpers/codex-counts.js";
import { asLogged, type LoggedLike, parseInPieces, parseWhole } from "../../helpers/parsed.js";
import { newSeed, seededRandom } from "../../helpers/random.js";
import { samplesDir } from "../../helpers/samples.js";

const root = samplesDir === undefined ? "" : join(samplesDir, "codex");
const paths = root && existsSync(join(root, "sessions"))
  ? readdirSync(root, { recursive: true, encoding: "utf8" }).map((path) => path.replaceAll("\\", "/")).filter((path) => path.startsWith("sessions/") && path.endsWith(".jsonl"))
  : [];

function fileOf(path: string): NativeFile {
  const file = codex.classify(root, path);
  if (!file) throw new Error(`No rollout: ${path}`);
  return file;
}

function parseSample(path: string): LoggedLike[] {
  const file = fileOf(path);
  return asLogged(parseWhole(codex, readFileSync(file.path), { file }).events);
}

const sample = (part: string) => parseSample(paths.find((path) => path.includes(part)) ?? part);

describe.skipIf(paths.length === 0)("the Codex parser on real rollouts", () => {
  test.each(paths)("counts in %s what a plain walk counts", (path) => {
    expect(countCodexEvents(parseSample(path))).toEqual(countRollout(readFileSync(join(root, path), "utf8")));
  });

  test.each(paths)("gives every result in %s the name of its call, where the call is there", (path) => {
    const events = parseSample(path);
    const names = new Map(events.flatMap((event) => (event.type === "tool_call" && event.tool_id && !/\s/.test(event.tool_id) ? [[event.tool_id, event.tool_name] as const] : [])));
    const results = events.flatMap((event) => (event.type === "tool_result" && !/^$|\s/.test(event.tool_id ?? "") ? [event] : []));
    for (const result of results) expect(result.tool_name).toBe(names.get(result.tool_id ?? "") ?? null);
  });

  test.each(paths)("tells of nothing unreadable in %s, and keeps its identity", (path) => {
    const events = parseSample(path);
    expect(events.filter((event) => event.type === "parse_warning")).toEqual([]);
    const { nativeSessionId, continues } = codex.head(readFileSync(join(root, path)).subarray(0, 64 * 1024), fileOf(path), {});
    expect(path).toContain(nativeSessionId);
    expect(continues).toBe(false);
  });

  test.each(paths)("reads %s in random pieces as it reads it whole", (path) => {
    const file = fileOf(path);
    const bytes = readFileSync(file.path);
    const seed = newSeed();
    const random = seededRandom(seed);
    const cuts = Array.from({ length: 12 }, () => Math.floor(random() * bytes.length)).toSorted((a, b) => a - b);
    expect(parseInPieces(codex, bytes, { file, cuts }).events, `seed ${seed}`).toEqual(parseWhole(codex, bytes, { file }).events);
  });

  test.each(paths)("says the conversation of %s the same when every line was taken for the last", (path) => {
    const file = fileOf(path);
    const bytes = readFileSync(file.path);
    let state = codex.start(file, {});
    const events: LoggedLike[] = [];
    for (let from = 0; from < bytes.length; ) {
      const end = bytes.indexOf(10, from) + 1 || bytes.length;
      const step = codex.parse(state, bytes.subarray(from, end), { final: true });
      state = step.state;
      events.push(...asLogged(step.events));
      from += step.consumedBytes;
    }
    const origins = (list: readonly LoggedLike[]) => list.filter(({ type }) => type !== "provider_status").map(({ type, origin }) => `${type} ${origin}`).toSorted();
    expect(new Set(origins(events))).toEqual(new Set(origins(parseSample(path))));
  });

  test("gives the child threads their parent, and the parent the ids of its children", () => {
    const parent = "019c8584-3f51-7383-a692-d783f9cf974a";
    for (const child of ["019c8588", "019c8593"]) expect(sample(child)[0]).toMatchObject({ type: "session_started", parent_session_id: parent });
    const spawned = sample("019c8584").filter((event) => event.type === "tool_result" && event.tool_name === "spawn_agent");
    expect(JSON.stringify(spawned)).toContain("019c8588-08bd-7570-8ffc-891d781d252c");
    expect(sample("019c8584")[0]).not.toHaveProperty("parent_session_id");
  });

  test("reads the exit codes of all three header forms", () => {
    const codes = (part: string) => sample(part).flatMap((event) => (event.type === "tool_result" ? [(event.data as { exit_code?: number } | null)?.exit_code] : []));
    expect(codes("01996135").filter((code) => code === 0).length).toBeGreaterThan(10);
    expect(new Set(codes("019ba31c"))).toContain(1);
    expect(new Set(codes("019c8593"))).toContain(127);
  });

  test("does not count the tokens before a cut, and goes on from there", () => {
    const usage = sample("019d021f").filter((event) => event.type === "usage");
    expect(usage[0]).toMatchObject({ input_tokens: 3071, cache_read_tokens: 187_264, output_tokens: 1855 });
    expect(usage.length).toBeGreaterThan(10);
  });

  test("says how much of a session each era holds", () => {
    const completeness = (part: string) => {
      const file = fileOf(paths.find((path) => path.includes(part)) ?? part);
      return codex.completeness(parseWhole(codex, readFileSync(file.path), { file }).state);
    };
    expect(["cf4def41", "019ba4a8", "019c8584"].map(completeness)).toEqual(["partial", "metadata_only", "full"]);
  });

  test("goes on with a file that grew as if it had been read at once", () => {
    const path = paths.find((name) => name.includes("019c8d0f")) ?? "";
    const grown = readFileSync(join(root, path));
    const before = readFileSync(join(root, "growth", `${path.split("/").at(-1)?.replace(".jsonl", "")}.step1.jsonl`));
    expect(grown.subarray(0, before.length).equals(before)).toBe(true);
    const file = fileOf(path);
    expect(parseInPieces(codex, grown, { file, cuts: [before.length] }).events).toEqual(parseWhole(codex, grown, { file }).events);
  });

  test("gives the names of threads in order, each change once", () => {
    const side = codex.classifySide?.(root, "session_index.jsonl");
    if (!side) throw new Error("No side file");
    const text = readFileSync(side.path, "utf8");
    const facts = codex.parseSide?.(side, { text }) ?? [];
    const last = new Map(text.trim().split("\n").map((line) => JSON.parse(line) as { id: string; thread_name: string }).map(({ id, thread_name }) => [id, thread_name]));
    const told = new Map(facts.map(({ nativeSessionId, kind }) => [nativeSessionId, kind.type === "provider_status" ? kind.data : undefined]));
    expect(told).toEqual(last);
    expect(new Set(facts.map(({ nativeSessionId, origin }) => `${nativeSessionId} ${origin}`)).size).toBe(facts.length);
  });
});
