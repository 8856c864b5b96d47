import { execFileSync, spawn, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { clients } from "../../src/cli/clients/clients.js";
import { commands } from "../../src/cli/commands.js";
import { firstSession, runCommand, secondSession, spokenHome } from "../helpers/command.js";
import { serverPath } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";

const isThere = (shell: string): boolean => spawnSync(shell, ["--version"]).status === 0;

/** A machine on which the program is on the path, with a home of logs. */
function machine(home: string): Record<string, string> {
  const bin = tempDir();
  writeFileSync(join(bin, "session-log-mcp"), `#!/bin/sh\nexec '${process.execPath}' '${serverPath}' "$@"\n`, { mode: 0o755 });
  return { PATH: `${bin}:${process.env["PATH"] ?? ""}`, HOME: tempDir(), SESSION_LOG_HOME: home, TERM: "xterm" };
}

describe("completion", () => {
  const offered = async (home: string, ...words: string[]): Promise<string[]> => {
    const { code, out, err } = await runCommand(["completion", "bash", "--home", home, "--", ...words]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    return out.split("\n").slice(0, -1).map((line) => line.split("\t")[0] ?? "");
  };

  it("offers commands, options, their values, clients, providers and sessions", async () => {
    const home = await spokenHome();
    expect(await offered(home, "")).toEqual(commands.map(({ name }) => name));
    expect(await offered(home, "re")).toEqual(["read", "rebuild"]);
    expect(await offered(home, "list", "--st")).toEqual(["--status"]);
    expect(await offered(home, "--ho")).toEqual(["--home"]);
    expect(await offered(home, "list", "--status", "")).toEqual(["live", "ended", "stale"]);
    expect(await offered(home, "config", "")).toEqual(clients.map(({ name }) => name));
    expect(await offered(home, "--read-only", "import", "--provider", "c")).toEqual(["claude", "codex", "copilot"]);
    expect(await offered(home, "read", "")).toEqual(["latest", secondSession.slice(0, 8), firstSession.slice(0, 8)]);
    expect(await offered(home, "search", "word", "--session", "aaaaaaaa")).toEqual([firstSession.slice(0, 8)]);
    expect(await offered(home, "--home", "")).toEqual([]);
    expect(await offered(home, "read", "x", "")).toEqual([]);
  });

  it("tells what each is, masked and without control characters", async () => {
    const { out } = await runCommand(["completion", "zsh", "--home", await spokenHome(), "--", "read", "aaaaaaaa"]);
    expect(out).toBe("aaaaaaaa\tclaude: Mend the printer\n");
  });

  it("prints the script, and what may stand there, with --json", async () => {
    const home = await spokenHome();
    const script = await runCommand(["completion", "fish"]);
    expect(JSON.parse((await runCommand(["completion", "fish", "--json"])).out)).toEqual({ shell: "fish", script: script.out });
    const { code, out } = await runCommand(["completion", "bash", "--home", home, "--json", "--", "list", "--status", "s"]);
    expect({ code, answer: JSON.parse(out) as unknown }).toEqual({ code: 0, answer: { candidates: [{ word: "stale", text: "" }] } });
  });

  it("refuses a shell that it does not know", async () => {
    expect(await runCommand(["completion", "tcsh"])).toMatchObject({ code: 2, err: expect.stringContaining('Unknown shell "tcsh": give bash, zsh, fish, powershell') });
    expect(await runCommand(["completion"])).toMatchObject({ code: 2, err: expect.stringContaining("completion needs a shell") });
  });

  it("works in bash", async () => {
    const env = machine(await spokenHome());
    const script = `eval "$(session-log-mcp completion bash)"; COMP_WORDS=(session-log-mcp read aaaaaaab); COMP_CWORD=2; _session_log_mcp; echo "\${COMPREPLY[@]}"; complete -p session-log-mcp`;
    expect(execFileSync("bash", ["--norc", "-c", script], { env, encoding: "utf8" })).toBe(`${secondSession.slice(0, 8)}\ncomplete -o default -F _session_log_mcp session-log-mcp\n`);
  });

  it.skipIf(!isThere("fish"))("works in fish, with files for what is a path", async () => {
    const env = machine(await spokenHome());
    writeFileSync(join(env["HOME"] ?? "", "some-file"), "");
    const ask = (line: string): string[] => execFileSync("fish", ["--no-config", "-c", `session-log-mcp completion fish | source; complete -C '${line}'`], { env, cwd: env["HOME"], encoding: "utf8" }).trim().split("\n");
    expect(ask("session-log-mcp rebu")).toEqual(["rebuild\tmake anew what is derived from the logs: databases and indexes"]);
    expect(ask("session-log-mcp read aaaaaaaa")).toEqual(["aaaaaaaa\tclaude: Mend the printer"]);
    expect(ask("session-log-mcp list --file some")).toEqual(["some-file"]);
  });

  it.skipIf(!isThere("zsh"))("works in zsh, at a terminal", async () => {
    const env = machine(await spokenHome());
    const child = spawn("script", ["-qec", "zsh -f -i", "/dev/null"], { env, cwd: env["HOME"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    let out = "";
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    child.stdin.write(`PS1='> '; autoload -U compinit; compinit -u -D; eval "$(session-log-mcp completion zsh)"; echo re''ady\n`);
    await waitFor("zsh", () => out.includes("ready\r\n"), { timeoutMs: 30_000 });
    child.stdin.write("session-log-mcp config curs\t");
    await waitFor("the client", () => out.includes("cursor"), { timeoutMs: 30_000 });
    child.kill("SIGKILL");
  });
});
