import { describe, expect, it } from "vitest";
import { ByteNeedle } from "../../src/search/byte-needle.js";
import { newSeed, seededRandom } from "../helpers/random.js";

const lowerAscii = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

function allIn(needle: ByteNeedle, bytes: Buffer): number[] {
  const found: number[] = [];
  for (let at = needle.indexIn(bytes, 0, bytes.length); at >= 0; at = needle.indexIn(bytes, at + 1, bytes.length)) found.push(at);
  return found;
}

function allByComparing(text: Buffer, needle: Buffer): number[] {
  return Array.from(text.keys()).filter((at) => text.subarray(at, at + needle.length).equals(needle));
}

describe("ByteNeedle", () => {
  it("finds each place that comparing at every byte finds, in either case, and no other", () => {
    const seed = newSeed();
    const next = seededRandom(seed);
    const letters = ["a", "A", "b", "ä", "é", "@", "["];
    const text = (length: number): string => Array.from({ length }, () => letters[Math.floor(next() * letters.length)]).join("");
    for (let round = 0; round < 500; round += 1) {
      const [hay, wanted] = [text(200), text(1 + Math.floor(next() * 6))];
      const message = `seed ${seed}, "${wanted}" in "${hay}"`;
      expect(allIn(new ByteNeedle(wanted, { foldCase: false }), Buffer.from(hay)), message).toEqual(allByComparing(Buffer.from(hay), Buffer.from(wanted)));
      const folded = allByComparing(Buffer.from(lowerAscii(hay)), Buffer.from(lowerAscii(wanted)));
      expect(allIn(new ByteNeedle(wanted, { foldCase: true }), Buffer.from(hay)), message).toEqual(folded);
    }
  });

  it("finds what is longer than one step, and stays between its two places", () => {
    const wanted = "x".repeat(300) + "y".repeat(300);
    const bytes = Buffer.from(`${"x".repeat(500)}${"y".repeat(500)}${"z".repeat(1000)}${wanted}`);
    const needle = new ByteNeedle(wanted, { foldCase: true });
    expect(allIn(needle, bytes)).toEqual([200, 2000]);
    expect(needle.indexIn(bytes, 0, 799)).toBe(-1);
    expect(needle.indexIn(bytes, 201, bytes.length)).toBe(2000);
  });
});
