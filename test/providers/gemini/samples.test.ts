import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { gemini } from "../../../src/providers/gemini/gemini.js";
import { countChat, countEvents } from "../../helpers/gemini-counts.js";
import { asLogged, companionsOf, parseInPieces, parseWhole } from "../../helpers/parsed.js";
import { newSeed, seededRandom } from "../../helpers/random.js";
import { samplesDir } from "../../helpers/samples.js";

const root = samplesDir === undefined ? "" : join(samplesDir, "gemini");
const paths = root && existsSync(join(root, "tmp")) ? readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => gemini.classify(root, path)) : [];

function open(path: string) {
  const file = gemini.classify(root, path);
  if (!file) throw new Error(`No chat: ${path}`);
  return { file, bytes: readFileSync(file.path), companions: companionsOf(file) };
}

function parseSample(part: string) {
  const { file, bytes, companions } = open(paths.find((path) => path.includes(part)) ?? part);
  return parseWhole(gemini, bytes, { file, companions });
}

describe.skipIf(paths.length === 0)("the Gemini parser on real chats", () => {
  test.each(paths)("counts in %s what a plain walk counts", (path) => {
    const { bytes, file } = open(path);
    expect(countEvents(asLogged(parseSample(path).events))).toEqual(countChat(bytes.toString("utf8"), file.format === "document"));
  });

  test.each(paths)("gives every result in %s behind its call, with its name", (path) => {
    const names = new Map<string | null, string>();
    const wrong = parseSample(path).events.filter(({ kind }) => {
      if (kind.type === "tool_call") names.set(kind.tool_id, kind.tool_name);
      return kind.type === "tool_result" && names.get(kind.tool_id) !== kind.tool_name;
    });
    expect(wrong).toEqual([]);
  });

  test.each(paths)("keeps base64, whole files and screens of %s out of the data of results", (path) => {
    const data = asLogged(parseSample(path).events).map((event) => (event.type === "tool_result" ? event.data : null));
    expect(JSON.stringify(data)).not.toMatch(/[A-Za-z0-9+/]{1000}|"(?:originalContent|newContent|isUninitialized|resultDisplay)"/);
  });

  test.each(paths)("reads %s in random pieces as it reads it whole", (path) => {
    const { file, bytes, companions } = open(path);
    const seed = newSeed();
    const random = seededRandom(seed);
    const cuts = Array.from({ length: 12 }, () => Math.floor(random() * bytes.length)).toSorted((a, b) => a - b);
    expect(parseInPieces(gemini, bytes, { file, companions, cuts }).events, `seed ${seed}`).toEqual(parseSample(path).events);
  });

  test.each([
    ["29eb990e", "metadata_only"],
    ["a2a-serv", "metadata_only"],
    ["eefc44a3", "partial"],
    ["8a20078e", "full"],
    ["c737eb36", "full"],
  ])("judges how much of a session %s holds: %s", (part, completeness) => {
    expect(gemini.completeness(parseSample(part).state)).toBe(completeness);
  });

  test("takes the exit code out of what the shell answered", () => {
    const results = parseSample("c737eb36").events.flatMap(({ kind }) => (kind.type === "tool_result" && kind.tool_kind === "shell" ? [kind] : []));
    const codes = results.map(({ data }) => (data as { exit_code?: number }).exit_code);
    expect(codes.filter((code) => code !== undefined && code !== 0)).toHaveLength(5);
    for (const { output } of results) expect(output).not.toMatch(/^Output: |Process Group PGID/);
  });

  test("says a refusal before the result, and only that", () => {
    const { events } = parseSample("e435870b");
    const at = events.findIndex(({ kind }) => kind.type === "permission");
    expect(events.filter(({ kind }) => kind.type === "permission")).toHaveLength(1);
    expect(events.slice(at, at + 2).map(({ kind }) => kind)).toMatchObject([
      { tool_name: "run_shell_command", description: "gemini mcp list", granted: false },
      { type: "tool_result", success: false, tool_id: "mt5u63mc" },
    ]);
  });

  test("gives each of two headers in one file a session of its own", () => {
    const starts = parseSample("a2a-serv").events.filter(({ kind }) => kind.type === "session_started");
    expect(starts.map(({ nativeSessionId, ts }) => [nativeSessionId, ts])).toEqual([
      [undefined, "2026-08-17T17:53:19.176Z"],
      ["a2a-server@2026-08-17T17:53:40.286Z", "2026-08-17T17:53:40.286Z"],
    ]);
  });

  test("ends the sessions that the log of commands ends, also those without a chat", () => {
    const side = gemini.classifySide?.(root, "tmp/ticketing-vc/logs.json");
    const facts = side && gemini.parseSide?.(side, { text: readFileSync(side.path, "utf8") });
    expect(facts?.map(({ nativeSessionId, kind }) => [nativeSessionId.slice(0, 8), kind.type])).toEqual([
      ["eb888ce4", "session_ended"],
      ["1fb013fb", "session_ended"],
      ["13fd52ea", "session_ended"],
      ["0b51218d", "session_ended"],
    ]);
  });
});

const snapshots = root && existsSync(join(root, "snapshots")) ? readdirSync(join(root, "snapshots", "f7633853")).toSorted() : [];

describe.skipIf(snapshots.length === 0)("the Gemini parser on three states of one document", () => {
  const file = gemini.classify("/r", "tmp/p/chats/session-2026-01-15T20-51-f7633853.json");
  const read = (name: string) => {
    if (!file) throw new Error("No chat");
    return parseWhole(gemini, readFileSync(join(root, "snapshots", "f7633853", name)), { file, final: false }).events;
  };
  const kinds = (events: ReturnType<typeof asLogged>) => events.map((event) => JSON.stringify(event)).toSorted();

  test("says, one state after the other, what the last says alone", () => {
    // In another order: the calls of a reply are written when they have ended, and then stand behind what came meanwhile.
    expect(kinds(asLogged(snapshots.flatMap(read)))).toEqual(kinds(asLogged(read(snapshots.at(-1) ?? ""))));
  });

  test("says something new in each state", () => {
    const grown = snapshots.map((_, index) => asLogged(snapshots.slice(0, index + 1).flatMap(read)).length);
    expect(grown).toEqual([...new Set(grown)].toSorted((a, b) => a - b));
  });
});
