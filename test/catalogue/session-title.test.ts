import { describe, expect, it } from "vitest";
import { firstWordsOf, titleOf } from "../../src/catalogue/session-title.js";

describe("firstWordsOf()", () => {
  it("is one line with its white space folded", () => {
    expect(firstWordsOf("  fix\n\tthe   test ")).toBe("fix the test");
    expect(firstWordsOf(" \n\t")).toBeNull();
  });

  it("is at most 80 code points, cut between words", () => {
    const words = Array.from({ length: 40 }, () => "abcd").join(" ");
    expect(firstWordsOf(words)).toBe(Array.from({ length: 16 }, () => "abcd").join(" "));
    expect(firstWordsOf("x".repeat(500))).toBe("x".repeat(80));
    expect(firstWordsOf("😀".repeat(500))).toBe("😀".repeat(80));
    expect(firstWordsOf(`${"y".repeat(80)} z`)).toBe("y".repeat(80));
  });
});

describe("titleOf()", () => {
  it("cuts between words, so that no token loses its end", () => {
    expect(titleOf(`${"word ".repeat(39)}one-token-behind-them`)).toBe("word ".repeat(39).trim());
  });

  it("keeps a given title in one bounded line", () => {
    expect(titleOf("a\r\nb")).toBe("a b");
    expect(titleOf("")).toBeNull();
    expect([...titleOf("😀".repeat(300))!].length).toBe(200);
  });
});
