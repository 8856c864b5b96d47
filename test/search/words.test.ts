import { describe, expect, it } from "vitest";
import type { CoreError } from "../../src/errors.js";
import { answered, beat, called, said, started, status, writeLog, type Line } from "../catalogue/log-lines.js";
import { newSeed, seededRandom } from "../helpers/random.js";
import { matchedIn, openSearch, type Opened } from "./open-search.js";

/** A search in one session `s`, whose n-th event has seq n. */
function inSession(...events: Line[]): Opened {
  const opened = openSearch();
  writeLog(opened.logsDir, "s", events);
  return opened;
}

const result = (fields: Record<string, unknown>): Line => ({
  type: "tool_result",
  tool_name: "Bash",
  tool_id: null,
  success: true,
  output: null,
  error: null,
  data: null,
  ...fields,
});

describe("a search for words", () => {
  const kinds: [string, Line, string][] = [
    ["a prompt", said("the needle here"), "user_message"],
    ["an answer", answered("the needle here"), "assistant_message"],
    ["reasoning", { type: "reasoning", content: "the needle here", message_id: null }, "reasoning"],
    ["a value of a tool's input", called("Bash", { command: "grep needle" }), "tool_call"],
    ["a value deep in a tool's input", called("Edit", { edits: [{ to: ["x", "needle"] }] }), "tool_call"],
    ["a key of a tool's input", called("Bash", { needle: "x" }), "tool_call"],
    ["a tool's input that is text", called("apply_patch", "*** needle"), "tool_call"],
    ["a tool's output", result({ output: "needle" }), "tool_result"],
    ["a tool's error", result({ success: false, error: "needle" }), "tool_result"],
    ["a tool's data", result({ data: { files: [{ path: "/src/needle.ts" }] } }), "tool_result"],
    ["what a sub-agent says", answered("needle", { agent_id: "a1", parent_tool_id: "t1" }), "assistant_message"],
    ["a permission", { type: "permission", tool_name: "Bash", description: "run needle", granted: true }, "permission"],
    ["a note of a user", { type: "user_event", level: "info", message: "needle" }, "user_event"],
    ["the data of such a note", { type: "user_event", level: "info", message: "x", data: { ticket: "needle" } }, "user_event"],
    ["what could not be parsed", { type: "parse_warning", message: "x", raw: '{"broken needle' }, "parse_warning"],
    ["stderr", { type: "stderr", message: "needle" }, "stderr"],
    ["a status", status("needle", { detail: 1 }), "provider_status"],
    ["a title", status("title", "needle"), "provider_status"],
    ["a title given at the start", started({ title: "needle" }), "session_started"],
    ["a result of a session", { type: "session_result", result: "needle" }, "session_result"],
    ["the error of an end", { type: "session_ended", success: false, error: "needle" }, "session_ended"],
    ["a limit", { type: "usage_limit_hit", scope: "x", fallback_used: false, incident_id: "i", raw: "needle" }, "usage_limit_hit"],
    ["a kind that nobody knows", { type: "of_tomorrow", body: { text: "needle" } }, "of_tomorrow"],
  ];

  it.each(kinds)("finds %s", async (_name, event, type) => {
    const { ask } = inSession(started(), event, said("another"));
    const page = await ask("needle");
    expect(page.hits.map((hit) => hit.type)).toEqual([type]);
    expect(matchedIn(page)).toEqual(["needle"]);
    expect(page).toMatchObject({ total: 1, totalIsExact: true, excluded: 0, index: { complete: true, pendingBytes: 0 }, cursorAfter: [undefined] });
  });

  it("does not find heartbeats, paths and ids that sessions keep of themselves, nor the fields of the head", async () => {
    const { ask } = inSession(started({ cwd: "/needle" }), beat(), status("source_path", "/needle"), status("workspace", "/needle"), said("x"));
    expect((await ask("needle")).total).toBe(0);
    expect((await ask("wrapper")).total).toBe(0);
  });

  it("finds what stands 150,000 characters deep, and shows where", async () => {
    const text = `${"lorem ipsum ".repeat(12_500)}the n\u00e9edle stands here`;
    const { ask } = inSession(result({ output: text }));
    const page = await ask("needle");
    expect(matchedIn(page)).toEqual(["n\u00e9edle"]);
    expect(page.hits[0]?.text).toBe(text);
    expect(page.hits[0]?.matchStart).toBe(150_004);
  });

  it("asks for all words in one event, in any order and case, also in several of its texts", async () => {
    const { ask, find } = inSession(said("one two"), said("TWO and One"), said("one"), result({ output: "one", error: "two" }));
    expect(await find("Two one")).toEqual(["s/4", "s/2", "s/1"]);
    expect(matchedIn(await ask("Two one"))).toEqual(["one", "TWO", "one"]);
  });

  it("reads what JSON escapes as it was meant", async () => {
    const { ask } = inSession(said('say "hello\tworld"\nC:\\temp\\needle\u0001x'));
    expect(matchedIn(await ask("world"))).toEqual(["world"]);
    expect(matchedIn(await ask('"temp needle"'))).toEqual(["temp\\needle"]);
    expect((await ask("nneedle")).total).toBe(0);
  });

  it("finds phrases only where the words follow each other in one text", async () => {
    const { find, ask } = inSession(said("quick brown fox"), said("brown quick fox"), result({ output: "quick", error: "brown" }), said("QUICK-Brown"));
    expect(await find('"quick brown"')).toEqual(["s/4", "s/1"]);
    expect(await find('"quick brown" fox')).toEqual(["s/1"]);
    expect(matchedIn(await ask('"quick brown"'))).toEqual(["QUICK-Brown", "quick brown"]);
    expect(await find('"quick bro"*')).toEqual(["s/4", "s/1"]);
  });

  it("takes a name with signs in it for a phrase", async () => {
    const { find } = inSession(said("see src/log-file.ts"), said("file.ts in src, log"), said("a log file, ts"));
    expect(await find("log-file.ts")).toEqual(["s/3", "s/1"]);
    expect(await find("src/log-file.ts")).toEqual(["s/1"]);
  });

  it("finds words by their beginning where a star says so", async () => {
    const { find, ask } = inSession(said("import"), said("importer"), said("reimport"));
    expect(await find("import")).toEqual(["s/1"]);
    expect(await find("import*")).toEqual(["s/2", "s/1"]);
    expect(matchedIn(await ask("impo*"))).toEqual(["impo", "impo"]);
  });

  it("folds accents and case, composed or not", async () => {
    const { ask, find } = inSession(said("Gr\u00f6\u00dfe caf\u00e9 \u0395\u039b\u039b\u0391\u0394\u0391"), said("Gro\u0308\u00dfe cafe\u0301"), said("Cafe"));
    expect(await find("cafe")).toEqual(["s/3", "s/2", "s/1"]);
    expect(await find("CAF\u00c9")).toEqual(["s/3", "s/2", "s/1"]);
    expect(await find("gro\u00dfe")).toEqual(["s/2", "s/1"]);
    expect(matchedIn(await ask("\u03b5\u03bb\u03bb\u03b1\u03b4\u03b1"))).toEqual(["\u0395\u039b\u039b\u0391\u0394\u0391"]);
    expect(matchedIn(await ask("cafe"))).toEqual(["Cafe", "cafe\u0301", "caf\u00e9"]);
  });

  it("finds runs of Chinese, Japanese, Korean and Thai wherever they stand", async () => {
    const { ask, find } = inSession(
      said("\u5bfc\u5165\u5668\u7684\u68c0\u67e5\u70b9\u5df2\u4fdd\u5b58"),
      said("\u8a2d\u5b9a\u30d5\u30a1\u30a4\u30eb\u3092\u8aad\u307f\u8fbc\u3080config\u3067"),
      said("\uac00\uc838\uc624\uae30 \uc131\uacf5\ud588\uc2b5\ub2c8\ub2e4"),
      said("\u0e1a\u0e31\u0e19\u0e17\u0e36\u0e01\u0e44\u0e1f\u0e25\u0e4c\u0e41\u0e25\u0e49\u0e27"),
      said("\u67e5\u68c0 \u70b9"),
    );
    expect(await find("\u68c0\u67e5\u70b9")).toEqual(["s/1"]);
    expect(matchedIn(await ask("\u68c0\u67e5\u70b9"))).toEqual(["\u68c0\u67e5\u70b9"]);
    expect(await find("\u30d5\u30a1\u30a4\u30eb")).toEqual(["s/2"]);
    expect(await find("\u8fbc\u3080config")).toEqual(["s/2"]);
    expect(matchedIn(await ask("config"))).toEqual(["config"]);
    expect(await find("\uc131\uacf5")).toEqual(["s/3"]);
    expect(await find("\u1109\u1165\u11bc\u1100\u1169\u11bc")).toEqual(["s/3"]);
    expect(await find("\u0e44\u0e1f\u0e25\u0e4c")).toEqual(["s/4"]);
    expect(await find("\u4fdd*")).toEqual(["s/1"]);
    expect(await find("\ud842\udfb7")).toEqual([]);
  });

  it("finds emoji, beside letters too, and what they are made of", async () => {
    const { ask, find } = inSession(said("done\ud83c\udf89!"), said("\ud83d\udc69\u200d\ud83d\udcbb works"), said("\u2705 all green \u2764\ufe0f"), said("\u2502cell\u2502"));
    expect(await find("\ud83c\udf89")).toEqual(["s/1"]);
    expect(await find("done")).toEqual(["s/1"]);
    expect(matchedIn(await ask("\ud83d\udc69\u200d\ud83d\udcbb"))).toEqual(["\ud83d\udc69\u200d\ud83d\udcbb"]);
    expect(await find("\ud83d\udcbb")).toEqual(["s/2"]);
    expect(await find("\u2705 green")).toEqual(["s/3"]);
    expect(await find("\u2764")).toEqual(["s/3"]);
    expect(await find("cell")).toEqual(["s/4"]);
  });

  it("tells case and accents apart where it shall", async () => {
    const { find, ask } = inSession(said("Path"), said("path"), said("P\u00e4th"), said("PATH path"));
    expect(await find("path", { caseSensitive: true })).toEqual(["s/4", "s/2"]);
    expect(await find("Path", { caseSensitive: true, sort: "relevance" })).toEqual(["s/1"]);
    expect(matchedIn(await ask("path", { caseSensitive: true }))).toEqual(["path", "path"]);
  });

  it("tells case apart among very many matches as well", async () => {
    const { ask, logsDir } = openSearch();
    const events = Array.from({ length: 3000 }, (_, nth) => said(nth % 1000 === 7 ? "the Needle" : "a needle"));
    writeLog(logsDir, "s", events);
    const page = await ask("Needle", { caseSensitive: true });
    expect(page.hits.map(({ seq }) => seq)).toEqual([2008, 1008, 8]);
    expect(page).toMatchObject({ total: 3, totalIsExact: true });
  });

  const refused: [string, string][] = [
    ["nothing", ""],
    ["signs alone", "-> ** !!"],
    ["empty quotes", '""'],
    ["more words than it can take", "a ".repeat(65)],
    ["more text than it can take", "a".repeat(2001)],
  ];

  it.each(refused)("refuses %s", async (_name, query) => {
    const { ask } = openSearch();
    await expect(ask(query)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  it("takes any text for words, whatever its signs mean to the index", async () => {
    const { ask, warnings } = inSession(said("needle AND NOT x"), said("texts body"));
    const seed = newSeed();
    const random = seededRandom(seed);
    const parts = ['"', "*", "(", ")", "AND", "OR", "NOT", "NEAR(", "body:", "-", "^", "+", "{", "}", "'", "''", ";", "\u0000", "\ud800", "needle", " ", "\\", ",", "\u{e000}", ":", "\u4e2d", "\u00e9"];
    for (let nth = 0; nth < 300; nth += 1) {
      const query = Array.from({ length: 1 + Math.floor(random() * 12) }, () => parts[Math.floor(random() * parts.length)]).join("");
      const page = await ask(query).catch((error: CoreError) => error.code);
      expect(typeof page === "string" ? page : typeof page.total, `seed ${seed}: ${JSON.stringify(query)}`).toMatch(/^(?:INVALID_ARGUMENT|number)$/);
    }
    expect(await ask("x".repeat(2000))).toMatchObject({ total: 0 });
    expect(await ask(`"${"a-".repeat(990)}"`)).toMatchObject({ total: 0 });
    expect((await ask("needle AND NOT")).total).toBe(1);
    expect(warnings).toEqual([]);
  });
});

describe("words in colours", () => {
  const red = "\u001b[1;31mred\u001b[0m";
  const queries: [query: string, match: string | undefined][] = [
    ["red", "red"],
    ['"red leaf"', "red\u001b[0m leaf"],
    ["leaf falls", "leaf"],
    ["gree*", "gree"],
    ["grass", "grass"],
    ["31m", undefined],
    ["falls ongreen", undefined],
  ];
  it.each(queries)("are found by what people read: %s", async (query, match) => {
    const { ask } = inSession(started(), result({ output: `a ${red} leaf falls on\u001b[32mgreen\u001b[39mgrass` }));
    expect(matchedIn(await ask(query))).toEqual(match === undefined ? [] : [match]);
  });
});
