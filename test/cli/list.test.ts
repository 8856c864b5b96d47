import { chmodSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { widthOf } from "../../src/cli/look/width.js";
import { firstSession, plain, runCommand, runOnTerminal, secondSession, spokenHome } from "../helpers/command.js";
import { connectServer } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";

describe("list", () => {
  it("shows sessions as a table without looks where it is no terminal", async () => {
    const { code, out, err } = await runCommand(["list", "--home", await spokenHome()]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const [head, ...rows] = out.trimEnd().split("\n");
    expect(head).toMatch(/^id +last +status +agent +events +title/);
    expect(rows.map((row) => row.split(/ {2,}/).slice(0, 4))).toEqual([
      ["aaaaaaab", "now", "ended", "● acme"],
      ["aaaaaaaa", "now", "ended", "✻ claude"],
    ]);
    expect(rows[1]).toContain("8  Mend the printer");
    expect(out).toBe(plain(out));
  });

  it("prints with --json what the tool answers", async () => {
    const home = await spokenHome();
    const server = await connectServer({ home });
    const answer = await server.call("list_sessions", { provider: "claude", detail: "full" });
    await server.client.close();
    const { out } = await runCommand(["list", "--home", home, "--provider", "claude", "--full", "--json"]);
    expect(JSON.parse(out)).toEqual(answer);
    expect(JSON.parse(out)).toMatchObject({ total: 1, sessions: [{ session_id: firstSession, title: "Mend the printer" }] });
  });

  it("has no control character in its JSON, those above ASCII neither", async () => {
    const server = await connectServer();
    await server.call("start_session", { provider: "acme", title: "a\u009b31mred \u007f\u001b[0m" });
    await server.client.close();
    const { out } = await runCommand(["list", "--home", server.home, "--json"]);
    expect(out).toContain(String.raw`"title":"a\u009b31mred \u007f\u001b[0m"`);
    expect(JSON.parse(out)).toMatchObject({ sessions: [{ title: "a\u009b31mred \u007f\u001b[0m" }] });
  });

  it.each([80, 140])("fits a terminal of %i columns, wide characters counted, and has looks there", async (columns) => {
    const home = await spokenHome();
    const { code, out } = await runOnTerminal(["list", "--home", home], { columns });
    expect(code).toBe(0);
    const lines = plain(out).trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
    expect(lines[1]).toContain(columns === 80 ? "プリンターの用紙" : "プリンターの用紙切れを直してください、とても急いでいます");
    expect(lines[1]?.includes("…")).toBe(columns === 80);
    expect(out).not.toBe(plain(out));
    const { out: bare } = await runOnTerminal(["list", "--home", home], { columns, env: { NO_COLOR: "1" } });
    expect(bare).toBe(plain(bare));
  });

  it("goes on from page to page for more than one answer holds", async () => {
    const server = await connectServer();
    for (let nth = 0; nth < 105; nth += 1) await server.call("start_session", { provider: "acme", title: `number ${nth}` });
    await server.client.close();
    const { sessions, next_cursor, total } = JSON.parse((await runCommand(["list", "--home", server.home, "--limit", "103", "--json"])).out) as { sessions: { title: string }[]; next_cursor: string; total: number };
    expect(new Set(sessions.map(({ title }) => title)).size).toBe(103);
    expect({ total, next_cursor }).toEqual({ total: 105, next_cursor: expect.any(String) });
    expect((await runCommand(["list", "--home", server.home, "--limit", "103"])).out).toContain("103 of 105 sessions; --limit shows more.");
  });

  it("says what to do where there is no session yet, and only there", async () => {
    const { code, out, err } = await runCommand(["list", "--home", tempDir()]);
    expect({ code, out }).toEqual({ code: 0, out: "No sessions.\n" });
    expect(err).toContain("`session-log-mcp import`");
    expect(await runCommand(["list", "--home", await spokenHome(), "--provider", "codex"])).toEqual({ code: 0, out: "No sessions.\n", err: "" });
  });

  it.each([
    [["--status", "nope"], "--status"],
    [["--limit", "0"], '--limit "0" is no whole number'],
    [["--since", "soon"], 'since "soon" is no time'],
    [["more"], 'Unexpected argument "more"'],
  ])("refuses %j with code 2", async (args, message) => {
    const { code, out, err } = await runCommand(["list", "--home", tempDir(), ...args]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(message);
  });

  it("reads a home that only may be read", async () => {
    const home = await spokenHome();
    chmodSync(home, 0o500);
    const { code, out } = await runCommand(["list", "--home", home, "--read-only", "--json"]);
    chmodSync(home, 0o700);
    expect(code).toBe(0);
    expect(out).toContain(secondSession);
  });
});
