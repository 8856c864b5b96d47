import { describe, expect, test } from "vitest";
import { boundedData, statusBounds } from "../../src/providers/bounded-data.js";
import { BoundedMap } from "../../src/providers/bounded-map.js";
import { boundedRaw, boundedText } from "../../src/providers/bounded-text.js";
import { base64Bytes, mediaBlockText } from "../../src/providers/media-text.js";
import { derivedUuid, isRecordId, isUuid, lineKey } from "../../src/providers/record-key.js";

describe("boundedText()", () => {
  test("cuts behind a whole code point", () => {
    expect(boundedText("ab🌊", 3)).toBe("ab…");
    expect(boundedText("ab🌊", 4)).toBe("ab🌊");
    expect(boundedRaw("x".repeat(10_000)).length).toBeLessThan(5000);
  });
});

describe("boundedData()", () => {
  test("keeps small data as it is", () => {
    const data = { a: [1, null, true, { b: "c" }], __proto__x: 1 };
    expect(boundedData(data)).toEqual(data);
  });

  test("leaves base64 and omitted fields out, and stays within its bounds", () => {
    const bounds = { ...statusBounds, omit: new Set(["secret"]) };
    expect(boundedData({ secret: 1, image: "QUJD".repeat(200), text: "kept" }, bounds)).toEqual({ text: "kept" });
    const wide = boundedData({ list: Array.from({ length: 1000 }, (_, n) => `${n} ${"word ".repeat(100)}`) });
    expect(JSON.stringify(wide).length).toBeLessThan(2 * statusBounds.maxTotalChars);
    let deep: unknown = "bottom";
    for (let depth = 0; depth < 50; depth++) deep = { deep };
    expect(JSON.stringify(boundedData(deep))).not.toContain("bottom");
  });

  test("does not let a field named __proto__ reach any prototype", () => {
    const data = boundedData(JSON.parse('{"__proto__":{"polluted":true}}'));
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
    expect({}).not.toHaveProperty("polluted");
  });
});

describe("BoundedMap", () => {
  test("forgets what was set longest ago, and comes back from its entries", () => {
    const map = new BoundedMap<number>([["a", 1]], 2);
    map.set("b", 2);
    map.set("a", 3);
    map.set("c", 4);
    expect(map.entries()).toEqual([["a", 3], ["c", 4]]);
    expect(new BoundedMap(map.entries(), 2).get("a")).toBe(3);
    map.delete("a");
    expect(map.has("a")).toBe(false);
  });
});

describe("record keys", () => {
  test("count equal lines", () => {
    const counts = new BoundedMap<number>([], 10);
    const keys = ["x", "y", "x", "x"].map((line) => lineKey(line, counts));
    expect(keys[0]).toMatch(/^[0-9a-f]{12}$/);
    expect(keys.slice(2)).toEqual([`${keys[0]}~2`, `${keys[0]}~3`]);
  });

  test("take ids, and no placeholders", () => {
    expect(["u1", "msg:1.a-b"].every(isRecordId)).toBe(true);
    expect(["[trimmed for fixture]", "", "a/b", "a b", 7, null, "x".repeat(129)].some(isRecordId)).toBe(false);
    expect(isUuid("e3059bb6-dc28-4ed7-967a-3a32203d3f18")).toBe(true);
    expect(isUuid("u1")).toBe(false);
  });

  test("derive the same UUID from the same text", () => {
    expect(isUuid(derivedUuid("a"))).toBe(true);
    expect(derivedUuid("a")).toBe(derivedUuid("a"));
    expect(derivedUuid("a")).not.toBe(derivedUuid("b"));
  });
});

describe("media placeholders", () => {
  test("give the size of the decoded bytes", () => {
    for (const size of [0, 1, 2, 3, 1000]) expect(base64Bytes(Buffer.alloc(size).toString("base64"))).toBe(size);
    const data = Buffer.alloc(415 * 1024).toString("base64");
    expect(mediaBlockText({ type: "image", source: { type: "base64", media_type: "image/png", data } })).toBe("[image/png 415 KB]");
  });

  test("need neither type nor data", () => {
    expect(mediaBlockText({ type: "image", source: { type: "url", url: "https://example.invalid/x.png" } })).toBe("[image]");
    expect(mediaBlockText({ type: "document" })).toBe("[document]");
  });
});
