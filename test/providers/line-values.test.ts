import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/providers/json.js";
import { readLine } from "../../src/providers/line-values.js";

const isRecord = (value: JsonObject) => typeof value["type"] === "string";
const values = (text: string) => readLine(text, isRecord).values.map(({ value }) => value);
const problem = (text: string) => readLine(text, isRecord).problem;

describe("readLine()", () => {
  test("reads one object without a problem, spaces and CR around it", () => {
    expect(readLine('  {"a":1}\r', isRecord)).toEqual({ values: [{ value: { a: 1 }, text: '  {"a":1}\r', start: 0 }] });
  });

  test("reads all objects of a line, and where each begins", () => {
    const reading = readLine('{"a":"}{"} {"b":{"c":"\\\\\\""}}', isRecord);
    expect(reading.values.map(({ value, start }) => [value, start])).toEqual([[{ a: "}{" }, 0], [{ b: { c: '\\"' } }, 11]]);
    expect(reading.problem).toBe("several records on one line");
  });

  test("finds a whole record behind a torn one, and no part of a record", () => {
    expect(values('{"type":"user","text":"half{"type":"user","n":2}')).toEqual([{ type: "user", n: 2 }]);
    expect(values('{"type":"user","inner":{"a":1}')).toEqual([]);
    expect(values('{"a":1}{"type":"x","te')).toEqual([{ a: 1 }]);
    expect(problem('{"a":1}{"type":"x","te')).toBe("the line is not whole JSON");
  });

  test("finds a whole record behind a torn one of many objects, and says nothing of one that holds as many itself", () => {
    const objects = Array.from({ length: 1000 }, () => '{"a":1}').join();
    expect(values(`{"type":"torn","list":[${objects},{"b{"type":"user","n":2}`)).toEqual([{ type: "user", n: 2 }]);
    expect(values(`{"type":"torn","text":"half{"type":"user","list":[${objects}]}`)).toHaveLength(1);
    expect(values(`{"type":"torn","list":[${objects}`)).toEqual([]);
  });

  test("finds a whole record behind one that was torn between a name and its value", () => {
    expect(values('{"type":"user","message":{"type":"user","n":2}')).toEqual([{ type: "user", n: 2 }]);
    expect(values('{"type":"user","list":["a",{"type":"user","n":3}\r')).toEqual([{ type: "user", n: 3 }]);
  });

  test("is not held up by a broken line of megabytes that is nested deep", () => {
    const nested = `{"k":"${'{"a":'.repeat(1_000_000)}`;
    expect(values(nested)).toEqual([]);
    expect(values(`{"type":"x","te${'{"b":'.repeat(50)}{"type":"user","n":2}`)).toEqual([{ type: "user", n: 2 }]);
  });

  test("tells JSON that is no object from what is no JSON, and says nothing of blank lines", () => {
    expect(problem("[1]")).toBe("the line is JSON, but no object");
    expect(problem("hello")).toBe("the line is not whole JSON");
    expect(readLine(" \t", isRecord)).toEqual({ values: [] });
  });
});
