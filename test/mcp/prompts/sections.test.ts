import { expect, test } from "vitest";
import { fitSections, type Section } from "../../../src/mcp/prompts/sections.js";

const frame = { task: "Do it.", goOn: "Go on." };

function section(heading: string, blocks: string[], more: Partial<Section> = {}): Section {
  return { heading, blocks, keep: "first", share: 0.5, ...more };
}

test("all blocks are shown in order where there is room, and a section without any is not said", () => {
  const text = fitSections(frame, [section("One", ["a", "b"]), section("None", []), section("Two", ["c"])]);
  expect(text).toBe("Do it.\n## One\n\na\nb\n## Two\n\nc\nGo on.");
});

test("a section keeps its first blocks or its last ones, and says how many are left out", () => {
  const blocks = ["first ", "second", "third "].map((word) => word.repeat(50));
  const first = fitSections(frame, [section("S", blocks, { share: 1 })], { maxBytes: 850 });
  expect(first).toContain("## S (1 more left out)");
  expect([first.includes("first"), first.includes("second"), first.includes("third")]).toEqual([true, true, false]);
  const last = fitSections(frame, [section("S", blocks, { share: 1, keep: "last" })], { maxBytes: 850 });
  expect([last.includes("first"), last.includes("second"), last.includes("third")]).toEqual([false, true, true]);
});

test("a section has its share for certain, and what the others leave over", () => {
  const greedy = section("Greedy", Array.from({ length: 40 }, () => "g".repeat(100)), { share: 0.3 });
  const modest = section("Modest", Array.from({ length: 5 }, () => "m".repeat(100)), { share: 0.3 });
  const text = fitSections(frame, [greedy, modest], { maxBytes: 2_500 });
  expect(text.match(/m{100}/g)).toHaveLength(5);
  expect(text.match(/g{100}/g)?.length).toBeGreaterThan(10);
});

test.each([500, 1_000, 9_000])("the text stays within %d bytes, of any script", (maxBytes) => {
  const blocks = Array.from({ length: 300 }, (_, nth) => "語".repeat(nth % 40));
  const text = fitSections(frame, [section("One", blocks, { keep: "last" }), section("Two", blocks)], { maxBytes });
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxBytes);
  expect(Buffer.byteLength(text)).toBeGreaterThan(maxBytes * 0.7);
});
