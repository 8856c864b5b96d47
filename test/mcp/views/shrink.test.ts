import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonBytes, shrinkRecord } from "../../../src/mcp/views/shrink.js";

describe("shrinkRecord()", () => {
  it("leaves alone what fits", () => {
    const record = { seq: 1, a: "x".repeat(50) };
    expect(shrinkRecord(record, 200)).toBe(record);
  });

  it("fits any record into the bytes given, keeps its name and splits no code point", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 4 }), { maxKeys: 12 }), fc.string({ unit: "binary", maxLength: 2000 }), (fields, text) => {
        const shrunk = shrinkRecord({ seq: 7, type: "t", content: text, ...fields, session_id: "s" }, 900);
        expect(jsonBytes(shrunk)).toBeLessThanOrEqual(900);
        expect(shrunk["session_id"]).toBe("s");
        expect(JSON.stringify(shrunk)).not.toMatch(/\\ud[89a-f]/);
      }),
    );
  });

  it("uses most of the room that it has", () => {
    expect(jsonBytes(shrinkRecord({ seq: 1, a: "é".repeat(5000), b: ["y".repeat(4000)] }, 2000))).toBeGreaterThan(1990);
  });
});
