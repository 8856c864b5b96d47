import { describe, expect, test } from "vitest";
import { boundedDepth } from "../../src/providers/bounded-depth.js";
import { elementOffsets } from "../../src/providers/element-offsets.js";

/** First characters of the elements that are found. */
function found(json: string): string[] {
  const bytes = Buffer.from(json);
  return elementOffsets(bytes, "list").map((offset) => bytes.toString("utf8", offset, offset + 4));
}

describe("elementOffsets()", () => {
  test("finds every element of the array, whatever it holds", () => {
    const list = [{ id: "a,[{\"" }, "te,xt", 7, null, [1, [2]], { list: [8, 9] }];
    expect(found(JSON.stringify({ first: ["x"], list, last: [3] }))).toEqual(['{"id', '"te,', "7,nu", "null", "[1,[", '{"li']);
    expect(found(JSON.stringify({ first: "ü🌊", list }, null, 2))).toHaveLength(list.length);
  });

  test("finds none where there is no such array, and the last of two", () => {
    expect(found('{"list":"[1,2]","other":{"list":[1]},"x":"list"}')).toEqual([]);
    expect(found('{"list":[]}')).toEqual([]);
    expect(found('{"list":[1,2],"list":[345]}')).toEqual(["345]"]);
    expect(found('{"list":[1,"open')).toHaveLength(2);
  });
});

describe("boundedDepth()", () => {
  test("keeps data as it is unless it is nested too deep", () => {
    const data = { a: [1, { b: "c" }] };
    expect(boundedDepth(data)).toBe(data);
    let deep: unknown = { kept: [] };
    for (let depth = 0; depth < 5000; depth++) deep = { text: "kept", deep };
    expect(JSON.stringify(boundedDepth(deep))).toMatch(/^\{"text":"kept","deep":\{"text":"kept"/);
  });
});
