import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCommand } from "../helpers/command.js";
import { tempDir } from "../helpers/temp-dir.js";

const commands = [["list"], ["list", "--read-only"], ["read", "latest"], ["search", "word"], ["tail"], ["tail", "-f"], ["stats"], ["view", "--no-open"], ["doctor", "--repair"], ["rebuild"], ["gc", "--older-than", "1d"], ["import"], ["completion", "bash", "--", "read", ""]];

describe("a home that cannot be one", () => {
  it("is told of in one line, with exit code 1, by every command, where it is a file", async () => {
    const file = join(tempDir(), "home");
    writeFileSync(file, "mine");
    for (const command of [...commands, ["doctor"], ["doctor", "--check"]]) {
      const { code, out, err } = await runCommand(["--home", file, ...command]);
      expect({ command, code, out, err }).toEqual({ command, code: 1, out: "", err: `session-log-mcp: Cannot use home "${file}": it is a file, must be a folder. Give another home with --home or SESSION_LOG_HOME.\n` });
    }
    expect(readFileSync(file, "utf8")).toBe("mine");
    expect(await runCommand(["doctor", "--check", "--home", join(file, "below")])).toMatchObject({ code: 1, err: `session-log-mcp: Cannot use home "${join(file, "below")}": "${file}" is a file, must be a folder. Give another home with --home or SESSION_LOG_HOME.\n` });
  });

  it.runIf(existsSync("/proc/self"))("is told of where the system makes no folder", async () => {
    for (const command of commands) {
      const { code, out, err } = await runCommand(["--home", "/proc/no-such-folder", ...command]);
      expect({ command, code, out, err }).toEqual({ command, code: 1, out: "", err: 'session-log-mcp: Cannot make home "/proc/no-such-folder": the system says ENOENT. See who may write "/proc", or give another home with --home or SESSION_LOG_HOME.\n' });
    }
  });

  it("is not made by who only looks", async () => {
    const home = join(tempDir(), "home");
    expect(await runCommand(["doctor", "--home", home])).toMatchObject({ code: 0, out: expect.stringContaining("not made yet") });
    expect(existsSync(home)).toBe(false);
  });

  it("gets nothing but the two databases from who only reads, where nobody wrote before", async () => {
    const home = tempDir();
    for (const command of [["list"], ["search", "word"], ["stats"]]) expect(await runCommand([...command, "--read-only", "--home", home])).toMatchObject({ code: 0 });
    expect(readdirSync(home).toSorted()).toEqual(["catalogue.sqlite", "search.sqlite"]);
  });
});
