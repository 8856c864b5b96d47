import { jsonValue } from "../../src/providers/json.js";

/** One way to damage a record of a file. */
export interface Damage {
  name: string;
  /** @param random Numbers from 0 to 1. @returns Lines that stand in the record's place, without newlines in them. */
  apply(line: Buffer, random: () => number): Buffer[];
}

const deep = 100_000;
const wrongValues = ["null", "true", "-7", "1e999", '"text"', "[]", "{}", "[[1]]", '{"a":{"b":[null]}}'];

const pick = <T>(list: readonly T[], random: () => number): T => list[Math.floor(random() * list.length)] as T;

/** Other bytes in some places, so that it shows: a text that only reads otherwise is a record like any other. */
function flip(line: Buffer, random: () => number): Buffer {
  const flipped = Buffer.from(line);
  for (let n = 0; n < 1 + Math.floor(random() * 8); n++) {
    const at = Math.floor(random() * flipped.length);
    const byte = Math.floor(random() * 256);
    if (byte !== 10) flipped[at] = byte;
  }
  const isWhole = jsonValue(flipped.toString("utf8")) !== undefined;
  if (isWhole && flipped.length > 0) flipped[0] = 0xff;
  return flipped;
}

/** Puts other values in the places of some: numbers where texts were, objects where arrays were. */
function mistype(value: unknown, random: () => number): unknown {
  if (random() < 0.15) {
    const wrong: unknown = JSON.parse(pick(wrongValues, random));
    if (typeof wrong !== typeof value) return wrong;
  }
  if (Array.isArray(value)) return value.map((item) => mistype(item, random));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mistype(item, random)]));
}

/** A nesting that is deeper than a stack, as the value of the record's last field. */
function nest(line: Buffer): Buffer {
  const end = line.lastIndexOf(0x7d);
  return Buffer.concat([line.subarray(0, end), Buffer.from(`,"deep":${"[".repeat(deep)}${"]".repeat(deep)}}`)]);
}

/** Half characters, as escapes, as bytes that no UTF-8 has, and NULs in both forms. */
function scramble(line: Buffer, random: () => number): Buffer {
  const strange = [Buffer.from("\\ud83d"), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from([0xff, 0xfe]), Buffer.from("\\u0000"), Buffer.from([0])];
  const quotes = [...line.keys()].filter((at) => line[at] === 0x22);
  const at = (quotes.length > 0 ? pick(quotes, random) : 0) + 1;
  return Buffer.concat([line.subarray(0, at), pick(strange, random), line.subarray(at)]);
}

function retyped(line: Buffer, random: () => number): Buffer {
  const value = jsonValue(line.toString("utf8"));
  return value === undefined ? line : Buffer.from(JSON.stringify(mistype(value, random)));
}

/** What may happen to a record. */
export const damages: readonly Damage[] = [
  { name: "cut", apply: (line, random) => [line.subarray(0, Math.floor(random() * line.length))] },
  { name: "flipped bytes", apply: (line, random) => [flip(line, random)] },
  { name: "wrong types", apply: (line, random) => [retyped(line, random)] },
  { name: "deep nesting", apply: (line) => [nest(line)] },
  { name: "strange characters", apply: (line, random) => [scramble(line, random)] },
  { name: "written twice", apply: (line) => [line, line] },
  { name: "nothing but NULs", apply: (line) => [Buffer.alloc(line.length)] },
  { name: "joined with half of itself", apply: (line, random) => [Buffer.concat([line.subarray(0, Math.floor(random() * line.length)), line])] },
];
