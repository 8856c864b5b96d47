import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { laidOut, wrappedText } from "../../src/cli/look/wrap.js";
import { widthOf } from "../../src/cli/look/width.js";
import { firstSession, plain, runCommand, runOnTerminal, spokenHome } from "../helpers/command.js";
import { tempDir } from "../helpers/temp-dir.js";

describe("wrappedText()", () => {
  it("breaks lines between words, below their indent, and leaves a word whole", () => {
    expect(wrappedText("  one two three four\n/a/path/that/is/longer than\n\nend", 12)).toBe("  one two\n  three four\n/a/path/that/is/longer\nthan\n\nend");
    expect(wrappedText("one two", Infinity)).toBe("one two");
  });

  it("is only for a terminal", () => expect(laidOut("one two three four", { isOutTerminal: false, columns: 10 })).toBe("one two three four"));
});

describe("on a terminal", () => {
  it("messages and reports are no wider than it, and say the same", async () => {
    const home = await spokenHome();
    const file = join(tempDir(), "file");
    writeFileSync(file, "mine");
    for (const args of [["list", "--home", file], ["import", "--provider", "nobody"], ["import", "--read-only"], ["doctor", "--check", "--home", home], ["gc", "--session", firstSession, "--yes", "--home", home]]) {
      const { out } = await runOnTerminal(args, { columns: 70 });
      for (const line of plain(out).split("\n")) expect(widthOf(line), `${args.join(" ")}: ${line}`).toBeLessThanOrEqual(70);
    }
    const { out } = await runOnTerminal(["list", "--home", file], { columns: 70 });
    expect(plain(out).replaceAll("\n", " ").trim()).toBe((await runCommand(["list", "--home", file])).err.trim());
    expect((await runCommand(["list", "--home", file])).err.trim()).not.toContain("\n");
  });
});
