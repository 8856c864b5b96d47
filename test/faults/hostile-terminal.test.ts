import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { serverPath } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";
import { promptLine, sessionPath, uuidOf, writeLines } from "../ingest/claude-lines.js";

/** Sets a title, clears the screen by both forms of the code, goes back over the line, and turns the order around. */
const codes = "\u001b]0;owned\u0007\u001b[2J\u009b2J\r\u007f\u202e\u2066";
const shown = "\\x1b]0;owned\\x07\\x1b[2J\\x9b2J\\x0d\\x7f\\u202e\\u2066";
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const steering = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

interface Said {
  code: number | null;
  text: string;
}

function run(userHome: string, ...args: string[]): Said {
  const { status, stdout, stderr } = spawnSync(process.execPath, [serverPath, ...args], { encoding: "utf8", cwd: userHome, env: { PATH: process.env["PATH"] ?? "", HOME: userHome } });
  return { code: status, text: stdout + stderr };
}

describe.skipIf(process.platform === "win32")("codes for a terminal", () => {
  it("in paths, recorded text and damaged files are shown, not done, by import and rebuild", () => {
    const base = tempDir();
    const [userHome, home] = [join(base, `user${codes}`), join(base, `home${codes}`)];
    writeLines(sessionPath(join(userHome, ".claude"), uuidOf(1), `-w${codes}`), promptLine(1, `paint it ${codes}`, { sessionId: uuidOf(1), cwd: `/w${codes}` }));
    const packed = join(userHome, ".codex/sessions/2026/01/05");
    mkdirSync(packed, { recursive: true });
    writeFileSync(join(packed, `rollout-2026-01-05T10-00-00-${uuidOf(2)}.jsonl.zst`), "not packed");
    mkdirSync(join(home, "logs"), { recursive: true });
    for (const name of ["import.sqlite", "catalogue.sqlite", "sessions_index.json"]) writeFileSync(join(home, name), "damaged ".repeat(100), { mode: 0o644 });

    const said = [run(userHome, "import", "--home", home), run(userHome, "rebuild", "--home", home)];
    expect(said.map(({ code }) => code)).toEqual([1, 0]);
    for (const { text } of said) expect(text).not.toMatch(steering);
    expect(said[0]?.text).toContain(`home${shown}/import.sqlite`);
    expect(said[0]?.text).toContain(`failed: ${join(base, `user${shown}`)}/.codex/`);
  });

  it("in recorded text are shown, not done, by what shows it", () => {
    const userHome = tempDir();
    writeLines(sessionPath(join(userHome, ".claude"), uuidOf(1), "-w"), promptLine(1, `\u202epaint it ${codes}`, { sessionId: uuidOf(1), cwd: `/\u202ew${codes}` }));
    expect(run(userHome, "import").code).toBe(0);
    for (const args of [["list"], ["read", "latest"], ["read", "latest", "--full"], ["tail", "latest"], ["search", "paint"], ["stats", "--by", "workspace"]]) {
      const { text } = run(userHome, ...args);
      expect(text).not.toMatch(steering);
      expect(text).toContain("\\u202e");
      const json = run(userHome, ...args, "--json").text;
      expect(json).not.toMatch(steering);
    }
  });

  it.for([
    ["an unknown command", [`import${codes}`], 2],
    ["an unknown option", [`--home${codes}`], 2],
    ["an unknown provider", ["import", "--providers", `x${codes}`], 2],
    ["no time", ["import", "--since", `x${codes}`], 2],
    ["an unknown client", ["config", `x${codes}`], 2],
    ["a home that cannot be made", ["import", "--home", `/dev/null/${codes}`], 1],
  ] as const)("in %s are shown, not done, by the message that refuses it", ([, args, code]) => {
    const said = run(tempDir(), ...args);
    expect(said.code).toBe(code);
    expect(said.text).not.toMatch(steering);
    expect(said.text).toContain("\\x1b]0;owned\\x07");
  });

  it("in the path of a client's file are shown, not done, by config", () => {
    const userHome = join(tempDir(), `user${codes}`);
    mkdirSync(userHome);
    const said = ["created", "unchanged"].map(() => run(userHome, "config", "gemini-cli", "--write"));
    expect(said.map(({ code }) => code)).toEqual([0, 0]);
    for (const { text } of said) {
      expect(text).not.toMatch(steering);
      expect(text).toContain(`user${shown}/.gemini/settings.json`);
    }
  });
});
