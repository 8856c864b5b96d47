import * as fc from "fast-check";
import { expect, it } from "vitest";
import { cutText, lastCodePoints } from "../../../src/mcp/views/cut-text.js";

it("cutText() keeps whole code points and counts what it leaves out", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), fc.integer({ min: 0, max: 45 }), (text, maxChars) => {
      const points = Array.from(text);
      expect(cutText(text, maxChars)).toEqual({ text: points.slice(0, maxChars).join(""), cut: Math.max(0, points.length - maxChars) });
    }),
  );
});

it("lastCodePoints() keeps whole code points", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), fc.integer({ min: 0, max: 45 }), (text, maxChars) => {
      const points = Array.from(text);
      expect(lastCodePoints(text, maxChars)).toBe(points.slice(Math.max(0, points.length - maxChars)).join(""));
    }),
  );
});
