import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitList } from "../../../src/mcp/views/fit-list.js";
import { jsonBytes, shrinkRecord } from "../../../src/mcp/views/shrink.js";

const fit = (items: Record<string, unknown>[], maxBytes: number) =>
  fitList(items, { maxBytes, shrink: shrinkRecord, wrap: (shown) => ({ shown, total: items.length }) });

describe("fitList()", () => {
  it("shows as many of the first items as fit, and at least one", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ seq: fc.nat(), text: fc.string({ unit: "grapheme", maxLength: 1500 }) }), { maxLength: 20 }), (items) => {
        const answer = fit(items, 1000);
        expect(jsonBytes(answer)).toBeLessThanOrEqual(1000);
        expect(answer.shown.length >= 1).toBe(items.length >= 1);
        expect(answer.shown.slice(1)).toEqual(items.slice(1, answer.shown.length));
        const oneMore = { ...answer, shown: items.slice(0, answer.shown.length + 1) };
        expect(oneMore.shown.length === answer.shown.length || jsonBytes(oneMore) > 1000).toBe(true);
      }),
    );
  });
});
