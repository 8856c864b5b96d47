import { spawn } from "node:child_process";
import { onTestFinished } from "vitest";
import { connectServer, serverPath } from "./server.js";
import { tempDir } from "./temp-dir.js";

export interface Ran {
  /** Exit code, or the signal that ended it. */
  code: number | string;
  out: string;
  err: string;
}

interface CommandOptions {
  env?: Readonly<Record<string, string>>;
  cwd?: string;
}

/** A command that runs; it ends with the test. */
export function startCommand(args: readonly string[], { env = {}, cwd = tempDir() }: CommandOptions = {}) {
  const child = spawn(process.execPath, [serverPath, ...args], { cwd, env: { PATH: process.env["PATH"] ?? "", HOME: cwd, ...env } });
  onTestFinished(() => void child.kill("SIGKILL"));
  const said = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (said.err += chunk.toString()));
  const ended = new Promise<Ran>((resolve) => child.on("close", (code, signal) => resolve({ code: code ?? signal ?? "", ...said })));
  return { child, said, ended };
}

/** Runs a command of the built program to its end, on a machine of its own. */
export function runCommand(args: readonly string[], options: CommandOptions = {}): Promise<Ran> {
  return startCommand(args, options).ended;
}

/** Runs it on a pseudo terminal of so many columns. @returns What the terminal was sent, its line breaks as `\n`, and the exit code. */
export function runOnTerminal(args: readonly string[], { columns, env = {} }: { columns: number; env?: Readonly<Record<string, string>> }): Promise<{ code: number | string; out: string }> {
  const quoted = [process.execPath, serverPath, ...args].map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(" ");
  const home = tempDir();
  const child = spawn("script", ["-qec", `stty cols ${columns} rows 50; ${quoted}`, "/dev/null"], {
    cwd: home,
    env: { PATH: process.env["PATH"] ?? "", HOME: home, TERM: "xterm-256color", PAGER: "cat", ...env },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  return new Promise((resolve) => child.on("close", (code, signal) => resolve({ code: code ?? signal ?? "", out: out.replaceAll("\r\n", "\n") })));
}

/** The same text without looks. */
export function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex -- escape sequences are what is taken out
  return text.replace(/\u001b\[[0-9;]*m/g, "");
}

/** The id of the session that `spokenHome` writes first. */
export const firstSession = "aaaaaaaa-1111-4000-8000-000000000001";
/** The id of the other one, whose first four characters are the same. */
export const secondSession = "aaaaaaab-2222-4000-8000-000000000002";

/** A home with two sessions, written by a server that is gone: a conversation with a failing command, and a title in wide characters. */
export async function spokenHome(): Promise<string> {
  const server = await connectServer();
  await server.call("start_session", { session_id: firstSession, provider: "claude", title: "Mend the printer", workspace_path: server.cwd, model: "model-x" });
  await server.call("emit_event", {
    session_id: firstSession,
    events: [
      { type: "user_message", content: "why does the café printer stall?" },
      { type: "reasoning", content: "perhaps its queue" },
      { type: "tool_call", tool_name: "Bash", tool_kind: "shell", tool_id: "t1", input: { command: "lpq -a" } },
      { type: "tool_result", tool_id: "t1", success: false, error: "one\ntwo\nthree\nfour\nfive \u001b[31mred" },
      { type: "assistant_message", content: "The queue holds a broken job.\n\nRemove it with lprm." },
      { type: "usage", input_tokens: 1200, output_tokens: 34, model: "model-x", total_cost_usd: 0.5 },
    ],
  });
  await server.call("end_session", { session_id: firstSession });
  await server.call("start_session", { session_id: secondSession, provider: "acme", title: "プリンターの用紙切れを直してください、とても急いでいます", prompt: "CAFE paper is out, key ghp_0123456789abcdefghijABCDEFGHIJ012345" });
  await server.call("end_session", { session_id: secondSession });
  await server.client.close();
  return server.home;
}
