import { describe, expect, it } from "vitest";
import { highlighted } from "../../src/cli/look/highlight.js";
import { dollars, grouped, lengthOf, short } from "../../src/cli/look/numbers.js";
import type { Style } from "../../src/cli/look/style.js";
import { table } from "../../src/cli/look/table.js";
import { ago } from "../../src/cli/look/times.js";
import { fitted, widthOf } from "../../src/cli/look/width.js";
import { shortIds } from "../../src/cli/short-ids.js";

const marked: Style = (text, ...looks) => (looks.length > 0 ? `<${text}>` : text);
const bare: Style = (text) => text;

describe("highlighted()", () => {
  it.each([
    ["CAFÉ cafe cafeteria", { query: "café", match: "words" }, "<CAFÉ> <cafe> cafeteria"],
    ["cafe cafeteria", { query: "caf*", match: "words" }, "<cafe> <cafeteria>"],
    ["a broken, job; job", { query: '"broken job"', match: "words" }, "a <broken, job>; job"],
    ["x.y xzy", { query: "X.Y", match: "substring" }, "<x.y> xzy"],
    ["x.y X.Y", { query: "X.Y", match: "substring", caseSensitive: true }, "x.y <X.Y>"],
    ["x.y xzy", { query: "x.y", match: "regex" }, "<x.y> <xzy>"],
    ["one", { query: "(?P<n>one)", match: "regex" }, "one"],
    ["one", { query: "o*?", match: "regex" }, "one"],
    ["🙂 ÀB İx", { query: "ab ix", match: "words" }, "🙂 <ÀB> <İx>"],
  ] as const)("in %j of %j gives %j", (text, searched, expected) => {
    expect(highlighted(text, { caseSensitive: false, ...searched }, marked)).toBe(expected);
  });
});

describe("fitted()", () => {
  it("cuts by cells, never within a character", () => {
    const text = "プリンターの用紙 👨‍👩‍👧 é and more";
    for (let cells = 1; cells < widthOf(text); cells += 1) {
      const cut = fitted(text, cells);
      expect(widthOf(cut)).toBeLessThanOrEqual(cells);
      expect(widthOf(cut)).toBeGreaterThanOrEqual(cells - 1);
      expect(cut.endsWith("…")).toBe(true);
      expect(text.startsWith(cut.slice(0, -1))).toBe(true);
    }
    expect(fitted(text, widthOf(text))).toBe(text);
  });
});

describe("table()", () => {
  const columns = [
    { title: "id", text: (row: string[]) => row[0] ?? "" },
    { title: "n", text: (row: string[]) => row[1] ?? "", right: true as const },
    { title: "title", text: (row: string[]) => row[2] ?? "", min: 6 },
    { title: "place", text: (row: string[]) => row[3] ?? "", min: 5, drop: 1 },
  ];
  const rows = [["a", "1", "a long title", "somewhere"], ["bb", "23", "short", ""]];
  const shown = (width: number): string[] => table(rows, columns, { columns: width, style: bare }).split("\n");

  it("gives each column what it needs", () => {
    expect(shown(80)).toEqual(["id   n  title         place", "a    1  a long title  somewhere", "bb  23  short", ""]);
  });

  it("cuts the widest, and leaves out what may go where it is narrow", () => {
    expect(shown(26)).toEqual(["id   n  title     place", "a    1  a long …  somewhe…", "bb  23  short", ""]);
    expect(shown(16)).toEqual(["id   n  title", "a    1  a long …", "bb  23  short", ""]);
  });

  it("leaves out a column that says nothing", () => {
    expect(table([["a", "", "x", ""]], columns, { columns: 80, style: bare })).toBe("id  title\na   x\n");
  });
});

it("says numbers, lengths and ages as people read them", () => {
  expect([grouped(1234567), short(1234567), short(950), dollars(12.345), dollars(0), dollars(0.00123), dollars(1234.5)]).toEqual(["1,234,567", "1.2M", "950", "$12.35", "$0.00", "$0.0012", "$1,234.50"]);
  expect([lengthOf(800), lengthOf(59_400), lengthOf(3_540_000), lengthOf(7_500_000)]).toEqual(["1 s", "59 s", "59 min", "2 h 05 min"]);
  const nowMs = Date.parse("2026-11-22T12:00:00Z");
  const ages = ["2026-11-22T11:59:30Z", "2026-11-22T11:55:00Z", "2026-11-22T02:00:00Z", "2026-11-20T12:00:00Z", "2026-01-05T12:00:00Z", "soon"];
  expect(ages.map((time) => ago(time, nowMs))).toEqual(["now", "5 min ago", "10 h ago", "2 d ago", "2026-01-05", "soon"]);
});

it("shortens ids as far as they stay apart", () => {
  expect([...shortIds(["aaaaaaaaaa1", "aaaaaaaaaa2", "b", "cccccccccc"]).values()]).toEqual(["aaaaaaaaaa1", "aaaaaaaaaa2", "b", "cccccccc"]);
});
