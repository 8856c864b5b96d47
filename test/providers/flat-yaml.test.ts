import { describe, expect, test } from "vitest";
import { readFlatYaml } from "../../src/providers/flat-yaml.js";

const value = (text: string) => readFlatYaml(text)["name"];

describe("readFlatYaml()", () => {
  test("gives plain texts as they are written, without comments", () => {
    const text = "# head\nid: 8baa\ncwd: D:\\Source\\a#b\ncount: 0 # none\nflag: false\nurl: https://x.invalid:8080/a\nempty:\nnothing: null\ntilde: ~\n";
    expect(readFlatYaml(text)).toEqual({ id: "8baa", cwd: "D:\\Source\\a#b", count: "0", flag: "false", url: "https://x.invalid:8080/a" });
  });

  test("reads quotes, and what is escaped in them", () => {
    expect(value("name: 'Fresh start: it''s # no comment' # one")).toBe("Fresh start: it's # no comment");
    expect(value('name: "a \\"b\\"\\n\\u00e9 \\x41 \\U0001F30A\\t\\/" # end')).toBe('a "b"\né A 🌊\t/');
    expect(value("name: ''")).toBe("");
  });

  test("folds what goes on over several lines", () => {
    expect(value("name: one two\n  three\n\n  four # said\nnext: x")).toBe("one two three\nfour");
    expect(value("name: 'one\n  two'\nnext: x")).toBe("one two");
    expect(value('name: "one \\\n  \\ two\n\n  three"\nnext: x')).toBe("one  two\nthree");
  });

  test("reads blocks with their signs", () => {
    expect(value("name: |-\n  one: 1\n  # two\n\n  three\nnext: x")).toBe("one: 1\n# two\n\nthree");
    expect(value("name: |\n  one\n   two\n\n\nnext: x")).toBe("one\n two\n");
    expect(value("name: |+\n  one\n\nnext: x")).toBe("one\n\n");
    expect(value("name: |2-\n   one\n  two\nnext: x")).toBe(" one\ntwo");
    expect(value("name: >-\n  one\n  two\n\n  three\n    four\n  five\nnext: x")).toBe("one two\nthree\n  four\nfive");
    expect(value("name: >\n  one\n  two\nnext: x")).toBe("one two\n");
    expect(value("name: |-\r\n  one\r\n  two\r\nnext: x")).toBe("one\ntwo");
  });

  test("passes over what is nested, and what is no mapping", () => {
    expect(readFlatYaml("list:\n  - a\nmap: {a: 1}\nseq: [1]\nalias: *a\nname: b\n---\n- x\n")).toEqual({ name: "b" });
    for (const text of ["", "\0", "just text", '{"name":"x"}', "name: 'open", 'name: "open', "name: |x\n  y", ": x", "name:x"]) expect(() => readFlatYaml(text)).not.toThrow();
    expect(value("name: 'open")).toBeUndefined();
  });

  test("keeps no prototype names", () => {
    expect(Object.getPrototypeOf(readFlatYaml("__proto__: x"))).toBe(Object.prototype);
  });
});
