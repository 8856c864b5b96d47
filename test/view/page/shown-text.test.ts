import { expect, it } from "vitest";
import { shownLine, shownText } from "../../../src/view/page/shown-text.js";

it.each([
  ["plain\n\ttext", "plain\n\ttext"],
  ["\u001b[1;31mred\u001b[0m and \u001b]8;;http://x.example\u0007a link\u001b]8;;\u0007", "red and a link"],
  ["one\r\ntwo\rthree", "one\ntwo\nthree"],
  ["bell\u0007 nul\u0000 escape\u001b", "bell\\x07 nul\\x00 escape\\x1b"],
  ["safe\u202egnp.exe\u2066 \u200bhidden\ufeff", "safe\\u202egnp.exe\\u2066 \\u200bhidden\\ufeff"],
  ["\u05e9\u05dc\u05d5\u05dd \u{1f600}", "\u05e9\u05dc\u05d5\u05dd \u{1f600}"],
])("shows %j as %j", (text, shown) => expect(shownText(text)).toBe(shown));

it("puts a line's breaks and spaces together", () => expect(shownLine("  a\n\n b\tc ")).toBe("a b c"));
