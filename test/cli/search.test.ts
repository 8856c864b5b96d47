import { describe, expect, it } from "vitest";
import { widthOf } from "../../src/cli/look/width.js";
import { firstSession, plain, runCommand, runOnTerminal, secondSession, spokenHome } from "../helpers/command.js";
import { connectServer } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";

describe("search", () => {
  it("shows hits below their session, with their place, who said it, and neighbours where asked for", async () => {
    const { code, out, err } = await runCommand(["search", "--home", await spokenHome(), "broken", "job", "--context", "1"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.split("\n").map((line) => line.trimEnd())).toEqual([
      expect.stringMatching(/^✻ aaaaaaaa {2}Mend the printer {2}\//),
      expect.stringContaining("#5 tool_result Bash: one two three"),
      "  #6 assistant_message now",
      "    The queue holds a broken job. Remove it with lprm.",
      '  #8 session_ended: success: true',
      "",
      "1 hit.",
      "",
    ]);
  });

  it("shows each event once, and hits together whose contexts touch", async () => {
    const server = await connectServer();
    await server.call("start_session", { session_id: "plums-and-more", provider: "acme" });
    const said = ["plum one", "between", "plum two", "plum three", "pear", "pear", "pear", "plum four", "the end"];
    await server.call("emit_event", { session_id: "plums-and-more", events: said.map((content) => ({ type: "assistant_message", content })) });
    await server.client.close();
    const shown = async (...args: string[]) => (await runCommand(["search", "--home", server.home, "plum", ...args])).out.split("\n").slice(1, -3).map((line) => line.replace(/ assistant_message| now$|(?<=started):.*/g, ""));
    expect(await shown("--context", "1")).toEqual([
      ["  #8: pear", "  #9", "    plum four", "  #10: the end", "  --"],
      ["  #1 session_started", "  #2", "    plum one", "  #3: between", "  #4", "    plum two", "  #5", "    plum three", "  #6: pear"],
    ].flat());
    expect(await shown()).toEqual(["  #9", "    plum four", "  #5", "    plum three", "  #4", "    plum two", "  #2", "    plum one"]);
  });

  it("highlights what was found, whatever its case and accents, and fits the terminal", async () => {
    const home = await spokenHome();
    const { out } = await runOnTerminal(["search", "--home", home, "cafe"], { columns: 80 });
    expect(out).toContain("the \u001b[33m\u001b[1mcafé\u001b[22m\u001b[39m printer");
    expect(out).toContain("\u001b[33m\u001b[1mCAFE\u001b[22m\u001b[39m paper");
    for (const line of plain(out).split("\n")) expect(widthOf(line)).toBeLessThanOrEqual(80);
    expect(plain(out)).toContain("2 hits.");
  });

  it("says that there is more, also where it did not count how much", async () => {
    const server = await connectServer();
    for (const [id, year] of [["older-one", 2020], ["newer-one", 2090]] as const) {
      await server.call("start_session", { session_id: id, provider: "acme" });
      await server.call("emit_event", { session_id: id, events: [1, 2, 3].map((minute) => ({ type: "user_message", content: "lilac", ts: `${year}-01-05T10:0${minute}:00Z` })) });
      await server.call("end_session", { session_id: id });
    }
    const summary = async (...args: string[]) => (await runCommand(["search", "--home", server.home, "lilac", ...args])).out.trimEnd().split("\n").at(-1);
    expect(await summary("--limit", "2")).toBe("2 of 6 hits; --limit shows more.");
    expect(await summary("--match", "substring", "--limit", "2")).toBe("2 of at least 3 hits; --limit shows more.");
    expect(await summary("--match", "substring", "--limit", "6")).toBe("6 hits.");
  });

  it("masks secrets unless they are asked for", async () => {
    const home = await spokenHome();
    expect((await runCommand(["search", "--home", home, "paper"])).out).toMatch(/key \[secret:[\w-]+\]/);
    expect((await runCommand(["search", "--home", home, "paper", "--show-secrets"])).out).toContain("key ghp_0123");
  });

  it("prints with --json what the tool answers, over several pages", async () => {
    const home = await spokenHome();
    const one = JSON.parse((await runCommand(["search", "--home", home, "printer", "--json", "--types", "user_message"])).out) as Record<string, unknown>;
    expect(one).toMatchObject({ hits: [{ session_id: firstSession.slice(0, 8), seq: 2 }], total: 1, index: { complete: true } });
    const server = await connectServer({ home });
    await server.call("start_session", { session_id: "bbbbbbbb-3", provider: "acme" });
    const events = Array.from({ length: 70 }, (_, nth) => ({ type: "assistant_message", content: `lilac ${nth}` }));
    await server.call("emit_event", { session_id: "bbbbbbbb-3", events });
    await server.client.close();
    const many = JSON.parse((await runCommand(["search", "--home", home, "lilac", "--limit", "60", "--json"])).out) as { hits: { seq: number }[]; sessions: unknown[]; total: number };
    expect(new Set(many.hits.map(({ seq }) => seq)).size).toBe(60);
    expect(many.sessions).toHaveLength(1);
    expect(many.total).toBe(70);
  });

  it("takes substrings, expressions, phrases and the filters of the tool", async () => {
    const home = await spokenHome();
    const found = async (...args: string[]) => {
      const { code, out } = await runCommand(["search", "--home", home, "--json", ...args]);
      return { code, seqs: (JSON.parse(out) as { hits: { session_id: string; seq: number }[] }).hits.map(({ session_id: id, seq }) => `${id}#${seq}`) };
    };
    expect(await found("--match", "substring", "roken jo")).toEqual({ code: 0, seqs: ["aaaaaaaa#6"] });
    expect(await found("--match", "regex", "lp(q|rm)", "--role", "tool_input")).toEqual({ code: 0, seqs: ["aaaaaaaa#4"] });
    expect(await found('"broken job"', "--session", firstSession)).toEqual({ code: 0, seqs: ["aaaaaaaa#6"] });
    expect(await found("cafe", "--provider", "acme")).toEqual({ code: 0, seqs: [`${secondSession.slice(0, 8)}#2`] });
    expect(await found("--", "-a")).toMatchObject({ code: 0 });
  });

  it("says that nothing was found, and what to do where there is nothing", async () => {
    expect(await runCommand(["search", "--home", await spokenHome(), "nowhere"])).toEqual({ code: 0, out: "Nothing found.\n", err: "" });
    expect((await runCommand(["search", "--home", tempDir(), "nowhere"])).err).toContain("`session-log-mcp import`");
  });

  it.each([
    [[], "search needs a query"],
    [["--context", "9", "x"], "context 9 is not allowed"],
    [["--match", "regex", "("], "query: it is no regular expression: missing closing ): `(`. Correct it (RE2 syntax), or search for the text itself with --match substring.\n"],
    [["--match", "regex", "(?i)("], "missing closing ): `(?i)(`."],
    [["x", "--session", "nobody-here"], "nobody-here"],
  ])("refuses %j, and says why", async (args, message) => {
    const { code, out, err } = await runCommand(["search", "--home", await spokenHome(), ...args]);
    expect(out).toBe("");
    expect([1, 2]).toContain(code);
    expect(err).toContain(message);
    expect(err).not.toContain("    at ");
  });
});
