import { describe, expect, it } from "vitest";
import type { SearchQuery } from "../../src/schema/ports.js";
import { answered, called, said, writeLog, type Line } from "../catalogue/log-lines.js";
import { newSeed, seededRandom } from "../helpers/random.js";
import { matchedIn, openSearch, type Opened } from "./open-search.js";

function inSession(...events: Line[]): Opened {
  const opened = openSearch();
  writeLog(opened.logsDir, "s", events);
  return opened;
}

const substring = { match: "substring" } as const;
const regex = { match: "regex" } as const;

describe("a search for a run of characters", () => {
  it("finds it inside of words, in any case, however it is escaped in the log", async () => {
    const text = 'if (a->b == "x\\y")\n\treturn caf\u00e9;\u0007 \u2028 \ud83d\ude00 a/b';
    const { ask } = inSession(said("nothing of it"), said(text));
    for (const part of ["->b", '== "X', '"x\\y"', '")\n\tret', "URN CAF", "caf\u00e9;\u0007", "\u2028 \ud83d\ude00", "\ud83d\ude00 A/B", "\n", '"', "\\", text]) {
      const page = await ask(part, substring);
      expect(page.hits.map(({ seq }) => seq), JSON.stringify(part)).toEqual([2]);
      expect(matchedIn(page)[0]?.toLowerCase(), JSON.stringify(part)).toBe(part.toLowerCase());
      expect(page.totalIsExact).toBe(true);
    }
    expect((await ask("->c", substring)).total).toBe(0);
  });

  it("folds the case of letters beyond ASCII", async () => {
    const { find } = inSession(said("\u00c4RGER"), said("\u00e4rger"), said("\u0416\u0443\u043a"), said("ARGER"));
    expect(await find("\u00e4R", substring)).toEqual(["s/2", "s/1"]);
    expect(await find("\u00c4", substring)).toEqual(["s/2", "s/1"]);
    expect(await find("\u0436\u0423\u041a", substring)).toEqual(["s/3"]);
  });

  it("tells case apart where it shall", async () => {
    const { find } = inSession(said("Path"), said("path"), said("\u00c4"));
    expect(await find("pa", { ...substring, caseSensitive: true })).toEqual(["s/2"]);
    expect(await find("\u00e4", { ...substring, caseSensitive: true })).toEqual([]);
    expect(await find("\u00c4", { ...substring, caseSensitive: true })).toEqual(["s/3"]);
  });

  it("finds values of a tool's input as they read, not as they are written", async () => {
    const { ask, find } = inSession(called("Bash", { command: "npm test", timeout: 5000, env: { CI: "1" } }), said("wrapper_session_id"));
    expect(await find("command: npm te", substring)).toEqual(["s/1"]);
    expect((await ask("npm", substring)).hits[0]?.text).toBe("command: npm test\ntimeout: 5000\nenv: CI: 1");
    expect(await find("5000", substring)).toEqual(["s/1"]);
    expect(await find('"command"', substring)).toEqual([]);
    expect(await find("source_kind", substring)).toEqual([]);
    expect(await find("wrapper_session_id", substring)).toEqual(["s/2"]);
  });

  it("finds what stands 150,000 characters deep, in lines longer than what is read at once, at any place of the log", async () => {
    const events = Array.from({ length: 40 }, (_, nth) => said(`${"x".repeat(nth === 11 ? 3_000_000 : 150_000)}${nth % 13 === 11 ? "NEEDLE" : ""}y`));
    const { ask } = inSession(...events);
    const page = await ask("xneedley", substring);
    expect(page.hits.map(({ seq }) => seq)).toEqual([38, 25, 12]);
    expect(page.hits[2]?.matchStart).toBe(2_999_999);
    expect(page).toMatchObject({ total: 3, totalIsExact: true });
  });

  it("sees all texts that a plain look at them sees", async () => {
    const seed = newSeed();
    const random = seededRandom(seed);
    const letters = ["a", "B", "b", '"', "\\", "\n", "\u00e9", "\u00c9", "\u6f22", "\ud83d\ude00", "1", ":", " ", "\u0000", "k"];
    const text = (most: number): string => Array.from({ length: 1 + Math.floor(random() * most) }, () => letters[Math.floor(random() * letters.length)]).join("");
    const contents = Array.from({ length: 60 }, () => text(30));
    const { ask } = inSession(...contents.map((content) => said(content)));
    for (let nth = 0; nth < 150; nth += 1) {
      const query = text(4);
      const expected = contents.flatMap((content, at) => (content.toLowerCase().includes(query.toLowerCase()) ? [at + 1] : [])).reverse();
      const page = await ask(query, { ...substring, limit: 100 });
      expect(page.hits.map(({ seq }) => seq), `seed ${seed}: ${JSON.stringify(query)}`).toEqual(expected);
    }
  });

  it("stops at the limit, and says that there may be more", async () => {
    const { ask, logsDir } = openSearch();
    for (let nth = 1; nth <= 5; nth += 1) writeLog(logsDir, `s${nth}`, Array.from({ length: 20 }, () => said("needle")), { firstSeq: nth * 100 });
    const page = await ask("needle", { ...substring, limit: 3 });
    expect(page.hits.map(({ seq }) => seq)).toEqual([519, 518, 517]);
    expect(page.totalIsExact).toBe(false);
    expect(page.total).toBeGreaterThanOrEqual(4);
    expect(await ask("needle", { ...substring, limit: 100 })).toMatchObject({ total: 100, totalIsExact: true });
  });
});

describe("a search for a pattern", () => {
  it("finds what fits, in any case unless it counts, with ^ and $ at the ends of lines", async () => {
    const { ask, find } = inSession(said("error: E1234 at\nline 7"), said("Line 12"), said("a line"));
    expect(await find(String.raw`E\d{4}`, regex)).toEqual(["s/1"]);
    expect(matchedIn(await ask(String.raw`e\d+ at$`, regex))).toEqual(["E1234 at"]);
    expect(await find(String.raw`^line \d`, regex)).toEqual(["s/2", "s/1"]);
    expect(await find(String.raw`^line \d`, { ...regex, caseSensitive: true })).toEqual(["s/1"]);
    expect(await find("err|12$", regex)).toEqual(["s/2", "s/1"]);
    expect(await find(String.raw`\d`, regex)).toEqual(["s/2", "s/1"]);
  });

  const wrong: [string, RegExp][] = [
    ["a(?=b)", /look-around/],
    ["(?<!a)b", /look-around/],
    [String.raw`(a)\1`, /back-references/],
    ["a(b", /RE2 syntax/],
    ["*", /RE2 syntax/],
    ["a{1001}", /RE2 syntax/],
  ];

  it.each(wrong)("refuses %s, and says what to do", async (pattern, hint) => {
    const { ask } = inSession(said("ab"));
    await expect(ask(pattern, regex)).rejects.toMatchObject({ code: "INVALID_REGEX", message: expect.stringMatching(hint) });
  });

  it("answers a pattern that makes others hang", async () => {
    const { ask } = inSession(said("a".repeat(50_000)));
    expect((await ask("(a+)+$x", regex)).total).toBe(0);
    expect((await ask("(a|a)*b", regex)).total).toBe(0);
  });

  it("finds by any part of a pattern what a look at each text finds", async () => {
    const contents = ["foo bar", "foobar", "fo", "ab+c", "a.b", "x[y]z", "(q)", "tab\there", "back\\slash", "Stra\u00dfe", 'say "hi"', "a|b", "AAA", "\u6f22\u5b57", "x{2}", "^start"];
    const { ask } = inSession(...contents.map((content) => said(content)));
    const patterns = [
      "foo ?bar", "fo+", "fo{0}o", "fo*b", "(foo|ab).c?", "foo|z$", String.raw`a\.b`, String.raw`ab\+c`, "x[[]y", String.raw`x[\]\[]y`, "[]x]", "(?:q)|never", String.raw`\(q\)`,
      String.raw`tab\there`, String.raw`back\\slash`, "stra.e", "STRA\u00dfE", '"hi"', String.raw`a\|b`, "a{3}", "a{2,}", "(?i)aaa", "(?i:foo)BAR", "\u6f22.", "x{2}", String.raw`x\{2\}`, String.raw`\^start`,
      "", "()", "(a(b|c)[)]?)", String.raw`\Qa.b\E`, String.raw`\x66oo`, String.raw`\pL{6}`, "[[:alpha:]]{7}", "fo(?P<n>o)",
    ];
    const { RE2JS } = await import("re2js");
    for (const pattern of patterns.filter((one) => one !== "")) {
      const compiled = RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE | RE2JS.MULTILINE);
      const expected = contents.flatMap((content, at) => (compiled.test(content) ? [at + 1] : [])).reverse();
      expect((await ask(pattern, regex)).hits.map(({ seq }) => seq), pattern).toEqual(expected);
    }
  });

  it.each(["substring", "regex"] as const)("refuses an empty %s", async (match) => {
    const { ask } = openSearch();
    await expect(ask("", { match } as Partial<SearchQuery>)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  it("ends when it is told to", async () => {
    const { ask } = inSession(...Array.from({ length: 300 }, () => answered("x 1".repeat(20_000))));
    const cancel = new AbortController();
    const reason = new Error("enough");
    const asked = ask("[0-9]{3}[abc]", { ...regex, signal: cancel.signal });
    setTimeout(() => cancel.abort(reason), 30);
    await expect(asked).rejects.toBe(reason);
  });

  it("tells how many logs it has read, and ends between small ones when it is told to", async () => {
    const { ask, logsDir } = openSearch();
    for (let nth = 0; nth < 100; nth += 1) writeLog(logsDir, `s${nth}`, [answered("x 1".repeat(20_000))]);
    const told: { logs: number; logsTotal: number }[] = [];
    expect((await ask("[0-9]{3}[abc]", { ...regex, onProgress: (progress) => told.push(progress) })).total).toBe(0);
    expect(told).toEqual(Array.from({ length: 100 }, (_, logs) => ({ logs, logsTotal: 100 })));
    const cancel = new AbortController();
    const reason = new Error("enough");
    const asked = ask("[0-9]{3}[abc]", { ...regex, signal: cancel.signal, onProgress: () => setImmediate(() => cancel.abort(reason)) });
    await expect(asked).rejects.toBe(reason);
  });
});
