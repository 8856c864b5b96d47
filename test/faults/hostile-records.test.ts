import { describe, expect, it } from "vitest";
import { parseJson } from "../../src/schema/parse-json.js";
import type { NativeFile, Provider } from "../../src/providers/provider.js";
import { providers } from "../../src/providers/registry.js";
import { toEvent, toLine } from "../../src/log/event-line.js";
import { readFixtures } from "../contracts/read-fixtures.js";
import { parseWhole } from "../helpers/parsed.js";
import { newSeed, seededRandom } from "../helpers/random.js";

/** How long records are bent, all providers together. */
const bendingMs = Number(process.env["FAULT_SECONDS"] ?? 4) * 1000;

const nested = (open: string, close: string): string => `${open.repeat(100_000)}1${close.repeat(100_000)}`;
/** JSON texts that may stand where any value stood. */
const hostileValues = [
  nested("[", "]"),
  nested('{"a":', "}"),
  nested('[{"type":"text","text":"x","content":', "}]"),
  JSON.stringify(nested("[", "]")),
  '{"__proto__":{"type":"user"},"constructor":{"prototype":{}},"toString":1,"hasOwnProperty":null}',
  '"__proto__"',
  '"constructor"',
  `{${Array.from({ length: 20_000 }, (_, nth) => `"k${nth}":${nth}`).join(",")}}`,
  `[${Array.from({ length: 20_000 }, () => '"x"').join(",")}]`,
  JSON.stringify("\ud800 half \udc00\ud83d"),
  JSON.stringify("\u0000\u0001\u001b]0;x\u0007\u202e"),
  JSON.stringify("\u0001".repeat(1_500_000)),
  "1e400",
  "-1e400",
  "-0",
  "9007199254740993",
  "null",
  "true",
  "[]",
  "{}",
  '""',
  '"2026-02-30T25:61:61Z"',
  '"+275760-09-13T00:00:00.001Z"',
  '"../../../../etc/passwd"',
];

const placeholder = "\u0000hostile\u0000";

/** A copy of a JSON value in which one value, or its name, is the placeholder. */
function bent(value: unknown, random: () => number): unknown {
  if (typeof value !== "object" || value === null || random() < 0.15) return placeholder;
  const entries = Object.entries(value);
  if (entries.length === 0) return placeholder;
  const chosen = Math.floor(random() * entries.length);
  const changed = entries.map(([name, item], nth): [string, unknown] => (nth === chosen ? [name, bent(item, random)] : [name, item]));
  return Array.isArray(value) ? changed.map(([, item]) => item) : Object.fromEntries(changed);
}

function bentFile(bytes: Buffer, random: () => number): { text: string; bentWith: string } {
  const hostile = hostileValues[Math.floor(random() * hostileValues.length)] ?? "";
  const put = (value: unknown): string => JSON.stringify(bent(value, random)).replace(JSON.stringify(placeholder), () => hostile);
  const text = bytes.toString("utf8");
  const whole = parseJson(text);
  if (whole !== undefined && !text.trimEnd().includes("\n{")) return { text: put(whole), bentWith: hostile };
  const lines = text.split("\n");
  const nth = Math.floor(random() * Math.max(1, lines.length - 1));
  const record = parseJson(lines[nth] ?? "");
  return { text: lines.toSpliced(nth, 1, record === undefined ? hostile : put(record)).join("\n"), bentWith: hostile };
}

/** Every event can be written as a line, and the parser's state can lie in a checkpoint. */
function readsIt(provider: Provider, file: NativeFile, bytes: Buffer): void {
  const { state, events } = parseWhole(provider, bytes, { file });
  JSON.stringify(state);
  provider.head(bytes, file, {});
  const identity = { provider: provider.name, wrapper_session_id: "s1", provider_session_id: null, completeness: "full" } as const;
  for (const { kind, origin, ts } of events) {
    const { line } = toLine(toEvent({ kind, sourceKind: "backfill", extras: { origin }, ...(ts === undefined ? {} : { ts }) }, identity, { seq: 1, nowMs: 0 }));
    expect(JSON.parse(line)).toMatchObject({ seq: 1, type: kind.type });
  }
}

describe("a native record with a value that nobody expects", () => {
  it.for(providers.map(({ name }) => name))("of %s is read, or told as a warning: nothing is thrown, and what is said can be logged", { timeout: bendingMs + 60_000 }, (name, { skip }) => {
    const provider = providers.find((known) => known.name === name) as Provider;
    const files = readFixtures(name).flatMap(({ path, bytes }) => {
      const file = provider.classify("/root", path);
      return file && bytes.length < 500_000 ? [{ path, bytes, file }] : [];
    });
    if (files.length === 0) skip("no fixtures");
    const seed = newSeed();
    const random = seededRandom(seed);
    const untilMs = Date.now() + bendingMs / providers.length;
    let tried = 0;
    for (; Date.now() < untilMs; tried += 1) {
      const { path, bytes, file } = files[Math.floor(random() * files.length)] as (typeof files)[number];
      const { text, bentWith } = bentFile(bytes, random);
      try {
        readsIt(provider, file, Buffer.from(text));
      } catch (error) {
        throw new Error(`seed ${seed}, input ${tried}, ${path} with ${bentWith.slice(0, 60)}`, { cause: error });
      }
    }
    expect(tried).toBeGreaterThan(0);
    console.log(`${name}: seed ${seed}, ${tried} bent files`);
  });
});
