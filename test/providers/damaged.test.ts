import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { NativeFile, ParsedEvent, Provider } from "../../src/providers/provider.js";
import { providers } from "../../src/providers/registry.js";
import { LogEventKind } from "../../src/schema/event.js";
import { damages, type Damage } from "../helpers/damage.js";
import { companionsOf, parseWhole } from "../helpers/parsed.js";
import { newSeed, seededRandom } from "../helpers/random.js";
import { sampleFiles } from "../helpers/sample-files.js";

/** Times that each file is damaged in each way. */
const rounds = Number(process.env["TEST_ROUNDS"] ?? 1);

interface Sample {
  provider: Provider;
  file: NativeFile;
  name: string;
}

const samples: Sample[] = providers.flatMap((provider) =>
  sampleFiles(provider).map((file) => ({ provider, file, name: `${provider.name} ${file.path.split(/[\\/]/).slice(-3).join("/")}` })),
);

/** What an event says of the conversation, in words that do not depend on what else was read; undefined for bookkeeping. */
function saying({ kind }: ParsedEvent): string | undefined {
  switch (kind.type) {
    case "user_message":
    case "assistant_message":
    case "reasoning":
      return `${kind.type} ${kind.content}`;
    case "tool_call":
    case "tool_result":
      return `${kind.type} ${kind.tool_id}`;
    default:
      return undefined;
  }
}

/** What of it stands in some record: the words may be those of another record than the one that let us say them. */
function wordsOf({ kind }: ParsedEvent): string {
  if (kind.type === "tool_call" || kind.type === "tool_result") return kind.tool_id ?? "";
  return "content" in kind && typeof kind.content === "string" ? kind.content : "";
}

const isText = (value: string | undefined): value is string => value !== undefined;

function splitLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(10, from);
    const to = end === -1 ? bytes.length : end;
    lines.push(bytes.subarray(from, to));
    from = to + 1;
  }
  return lines;
}

const joined = (lines: readonly Buffer[]) => Buffer.concat(lines.flatMap((line) => [line, Buffer.from("\n")]));

function read({ provider, file }: Sample, bytes: Buffer): ParsedEvent[] {
  const { events, consumedBytes, state } = parseWhole(provider, bytes, { file, companions: companionsOf(file) });
  expect(consumedBytes).toBeLessThanOrEqual(bytes.length);
  expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  for (const { kind } of events) expect(LogEventKind.safeParse(JSON.parse(JSON.stringify(kind))).success).toBe(true);
  return events;
}

/** Damages one line of a file that is made of lines. @returns What its other lines said and is not said any more. */
function lostBy(sample: Sample, damage: Damage, random: () => number): string[] {
  const bytes = readFileSync(sample.file.path);
  if (sample.file.format === "document") {
    // All of it is one record: nothing is left but to read what can be read.
    read(sample, damage.apply(bytes, random)[0] ?? bytes);
    return [];
  }
  const lines = splitLines(bytes);
  // The first record tells whose file it is.
  const at = Math.min(1 + Math.floor(random() * (lines.length - 1)), lines.length - 1);
  const from = lines.slice(0, at).reduce((sum, line) => sum + line.length + 1, 0);
  const to = from + (lines[at]?.length ?? 0);
  const spoilt = joined([...lines.slice(0, at), ...damage.apply(lines[at] ?? Buffer.alloc(0), random), ...lines.slice(at + 1)]);
  const intact = parseWhole(sample.provider, bytes, { file: sample.file, companions: companionsOf(sample.file) }).events.filter(({ offsetBytes }) => offsetBytes < from || offsetBytes > to);
  const said = new Set(read(sample, spoilt).map(saying));
  const remains = joined([...lines.slice(0, at), ...lines.slice(at + 1)]).toString("utf8");
  const stillStands = (event: ParsedEvent) => remains.includes(JSON.stringify(wordsOf(event)).slice(1, -1));
  return intact.filter(stillStands).map(saying).filter(isText).filter((text) => !said.has(text));
}

describe.skipIf(samples.length === 0)("real logs that are damaged", () => {
  test.each(samples)("$name loses nothing of its intact records", (sample) => {
    const seed = newSeed();
    const random = seededRandom(seed);
    for (let round = 0; round < rounds; round++) {
      for (const damage of damages) expect(lostBy(sample, damage, random), `seed ${seed}, round ${round}, ${damage.name}`).toEqual([]);
    }
  });

  test.each(samples.filter(({ file }) => file.format !== "document"))("$name is read without complaint in any order of its lines", (sample) => {
    const seed = newSeed();
    const random = seededRandom(seed);
    const lines = splitLines(readFileSync(sample.file.path));
    const shuffled = lines.map((line) => ({ line, place: random() })).toSorted((a, b) => a.place - b.place);
    expect(() => read(sample, joined(shuffled.map(({ line }) => line))), `seed ${seed}`).not.toThrow();
  });
});
