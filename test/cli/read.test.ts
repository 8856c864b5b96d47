import { describe, expect, it } from "vitest";
import { widthOf } from "../../src/cli/look/width.js";
import { firstSession, plain, runCommand, runOnTerminal, secondSession, spokenHome } from "../helpers/command.js";
import { connectServer } from "../helpers/server.js";

const bodyOf = (out: string): string[] => out.split("\n").slice(5);

describe("read", () => {
  it("shows who said what, with what tools gave folded, and control characters to be seen", async () => {
    const { code, out, err } = await runCommand(["read", "--home", await spokenHome(), "aaaaaaaa"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const [title, id, agent, facts] = out.split("\n");
    expect([title, id]).toEqual(["Mend the printer", firstSession]);
    expect(agent).toMatch(/^✻ claude · model-x · ended · /);
    expect(facts).toContain("8 events · 1 call · 1 failed · tokens: 1.2K in, 34 out");
    expect(bodyOf(out)).toEqual([
      expect.stringMatching(/^ {2}· session_started provider: claude · command: mcp · model: model-x · cwd: \/\S+/),
      "",
      "❯ you #2",
      "  why does the café printer stall?",
      "  ✱ perhaps its queue",
      "",
      "  ▸ Bash lpq -a #4",
      "    ✗ one",
      "      two",
      "      three",
      "      … 2 more lines",
      "",
      "✻ claude #6",
      "  The queue holds a broken job.",
      "",
      "  Remove it with lprm.",
      '  · session_ended success: true',
      "",
      "Left out: 1 usage (--types shows kinds, --agent all sub-agents).",
      "",
    ]);
  });

  it("tells what came from the cache and went into it beside what was sent, as stats does", async () => {
    const server = await connectServer();
    await server.call("start_session", { session_id: "cached-one", provider: "acme" });
    await server.call("emit_event", { session_id: "cached-one", event: { type: "usage", input_tokens: 1200, output_tokens: 34, cache_read_tokens: 5600, cache_creation_tokens: 78 } });
    await server.client.close();
    expect((await runCommand(["read", "--home", server.home, "cached-one"])).out).toContain("tokens: 1.2K in, 34 out, 5.6K read from cache, 78 written to cache\n");
    expect((await runCommand(["stats", "--home", server.home])).out).toContain("tokens: 1,200 in · 34 out · 5,600 read from cache · 78 written to cache\n");
  });

  it("unfolds with --full, and shows what failed in red on a terminal", async () => {
    const home = await spokenHome();
    expect((await runCommand(["read", "--home", home, firstSession, "--full"])).out).toContain("      three\n      four\n      five \\x1b[31mred\n");
    const { out } = await runOnTerminal(["read", "--home", home, firstSession], { columns: 80 });
    expect(out).toContain("\u001b[31m✗ one\u001b[39m");
    for (const line of plain(out).split("\n")) expect(widthOf(line)).toBeLessThanOrEqual(80);
  });

  it("goes through the pager on a terminal, and does without where there is none", async () => {
    const home = await spokenHome();
    expect((await runOnTerminal(["read", "--home", home, firstSession], { columns: 80, env: { PAGER: "sed s/^/paged:/" } })).out).toContain("paged:  Remove it with lprm.");
    expect((await runOnTerminal(["read", "--home", home, firstSession], { columns: 80, env: { PAGER: "no-such-pager" } })).out).toContain("\n  Remove it with lprm.");
  });

  it("takes places, kinds and agents as the tool does, and follows them beyond one answer", async () => {
    const server = await connectServer();
    await server.call("start_session", { session_id: "long-one", provider: "acme" });
    for (const part of [0, 1]) {
      const events = Array.from({ length: 600 }, (_, nth) => ({ type: "user_message", content: `word ${part * 600 + nth}` }));
      await server.call("emit_event", { session_id: "long-one", events });
    }
    await server.client.close();
    const seqs = async (...args: string[]) => {
      const { out } = await runCommand(["read", "--home", server.home, "long-one", "--json", "--types", "user_message", ...args]);
      return (JSON.parse(out) as { events: { seq: number }[] }).events.map(({ seq }) => seq);
    };
    const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, nth) => from + nth);
    expect(await seqs("--limit", "1100")).toEqual(range(102, 1201));
    expect(await seqs("--from", "start", "--limit", "700")).toEqual(range(2, 701));
    expect(await seqs("--after", "10", "--before", "14")).toEqual([11, 12, 13]);
    expect(await seqs("--before", "14", "--limit", "2")).toEqual([12, 13]);
    expect(await seqs("--around", "100", "--limit", "3")).toEqual([99, 100, 101]);
    const { out } = await runCommand(["read", "--home", server.home, "latest", "--from", "start", "--limit", "600"]);
    expect(out).toContain("… later events: --after 600, or --limit");
  });

  it("prints with --json what the tool answers, and with --full the lines as logged", async () => {
    const home = await spokenHome();
    const { out } = await runCommand(["read", "--home", home, secondSession, "--json", "--types", "user_message"]);
    expect(JSON.parse(out)).toMatchObject({ events: [{ seq: 2, type: "user_message", text: expect.stringMatching(/^CAFE paper is out, key \[secret:/) }], session: { session_id: secondSession, provider: "acme" } });
    const { out: full } = await runCommand(["read", "--home", home, secondSession, "--json", "--full", "--types", "user_message"]);
    expect(JSON.parse(full)).toMatchObject({ events: [{ seq: 2, role: "user", source_kind: "wrapper", wrapper_session_id: secondSession }] });
  });

  it.each([
    [["zzzz-nobody"], 1, "zzzz-nobody"],
    [["aaaa"], 1, secondSession],
    [[], 2, "read needs a session"],
    [[firstSession, "--around", "x"], 2, '--around "x" is no whole number'],
    [[firstSession, "--around", "3", "--from", "end"], 2, "Only --after and --before go together"],
    [[firstSession, "--types", "nothing"], 2, "nothing"],
  ])("refuses %j with code %i", async (args, expected, message) => {
    const { code, out, err } = await runCommand(["read", "--home", await spokenHome(), ...args]);
    expect({ code, out }).toEqual({ code: expected, out: "" });
    expect(err).toContain(message);
    expect(err).not.toContain("list_sessions");
  });

  it("ends quietly when whoever reads it has enough", async () => {
    const home = await spokenHome();
    const { execFileSync } = await import("node:child_process");
    const { serverPath } = await import("../helpers/server.js");
    const script = `'${process.execPath}' '${serverPath}' read --home '${home}' ${firstSession} --limit 1000 | true; echo "\${PIPESTATUS[0]}"`;
    expect(execFileSync("bash", ["-c", script], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim()).toBe("0");
  });
});
