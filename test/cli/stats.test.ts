import { describe, expect, it } from "vitest";
import { widthOf } from "../../src/cli/look/width.js";
import { firstSession, plain, runCommand, runOnTerminal, spokenHome } from "../helpers/command.js";
import { connectServer } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";

describe("stats", () => {
  it("sums up all, then by day, provider and model", async () => {
    const { code, out, err } = await runCommand(["stats", "--home", await spokenHome()]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("2 sessions · 11 events · 2 prompts · 1 answer · 1 call · 1 failed\ntokens: 1,200 in · 34 out\n$0.50 as far as agents say");
    expect(out).toMatch(/\nday +output tokens +sessions .*\n\d{4}-\d\d-\d\d +█{16} +2 /);
    expect(out).toMatch(/\n✻ claude +█{16} +1 +1 +1 +1\.2K +34 +\$0\.50/);
    expect(out).toMatch(/\nmodel-x +█{16} /);
    expect(out).toBe(plain(out));
  });

  it("shows one grouping, with bars of what is known of it", async () => {
    const home = await spokenHome();
    const { out } = await runCommand(["stats", "--home", home, "--by", "tool"]);
    expect(out).toMatch(/\ntool +calls +sessions +calls +failed\nBash +█{16} +1 +1 +1\n$/);
    expect((await runCommand(["stats", "--home", home, "--by", "provider", "--limit", "1"])).out).toContain("… more: stats --by provider --limit N");
  });

  it("prints with --json what the tool answers", async () => {
    const home = await spokenHome();
    const server = await connectServer({ home });
    const answer = await server.call("session_stats", { group_by: "provider", session_id: firstSession });
    await server.client.close();
    expect(JSON.parse((await runCommand(["stats", "--home", home, "--by", "provider", "--session", "aaaaaaaa", "--json"])).out)).toEqual(answer);
    expect(answer).toMatchObject({ groups: [{ key: "claude", input_tokens: 1200 }] });
  });

  it.each([80, 140])("fits a terminal of %i columns", async (columns) => {
    const { out } = await runOnTerminal(["stats", "--home", await spokenHome()], { columns });
    for (const line of plain(out).split("\n")) expect(widthOf(line)).toBeLessThanOrEqual(columns);
    expect(out).toContain("\u001b[36m█");
  });

  it("says what to do where there is nothing, and refuses what is no grouping", async () => {
    expect(await runCommand(["stats", "--home", tempDir()])).toMatchObject({ code: 0, out: "0 sessions · 0 events\n", err: expect.stringContaining("`session-log-mcp import`") });
    expect(await runCommand(["stats", "--by", "moon"])).toMatchObject({ code: 2, out: "", err: expect.stringContaining("moon") });
  });
});
