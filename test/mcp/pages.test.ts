import { expect, test } from "vitest";
import { pageOf } from "../../src/mcp/pages.js";

test("a walk by cursor gives every item once", () => {
  for (const count of [0, 1, 49, 50, 51, 100, 101]) {
    const items = Array.from({ length: count }, (_, index) => index);
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const { page, nextCursor } = pageOf(items, cursor);
      seen.push(...page);
      cursor = nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(items);
  }
});

test.each(["", "x", "50", Buffer.from("from -5").toString("base64url"), Buffer.from("from 0").toString("base64url")])("the cursor %j is refused", (cursor) => {
  expect(() => pageOf([1, 2, 3], cursor)).toThrow(expect.objectContaining({ code: -32602 }));
});
