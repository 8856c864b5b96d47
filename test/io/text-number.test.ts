import { expect, it } from "vitest";
import { textNumber } from "../../src/io/text-number.js";

it("of very many paths that differ in little each has a number of its own, the same whenever it is asked for", () => {
  const paths = Array.from({ length: 100_000 }, (_, nth) => `/home/me/.claude/projects/-work-${nth % 500}/cccccccc-0000-4000-8000-${String(nth).padStart(12, "0")}.jsonl`);
  const numbers = paths.map(textNumber);
  expect(new Set(numbers).size).toBe(paths.length);
  expect(numbers.every((number) => Number.isSafeInteger(number) && number >= 0)).toBe(true);
  expect(paths.map(textNumber)).toEqual(numbers);
});

it("order and case of letters count, also beyond ASCII", () => {
  const texts = ["", "a", "b", "ab", "ba", "Ab", "\u00e4b", "b\u00e4", "\u{1f600}"];
  expect(new Set(texts.map(textNumber)).size).toBe(texts.length);
});
