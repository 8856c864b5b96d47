import { execFileSync, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { serverPath } from "../helpers/server.js";
import type { Agent, Place } from "./agent.js";

const deadlineMs = 90_000;

/** What every agent and the servers that it starts are given of the environment. */
function variables(agent: Agent, place: Place): Record<string, string> {
  return { PATH: process.env["PATH"] ?? "", HOME: place.home, TMPDIR: join(place.home, "tmp"), TZ: "UTC", TERM: "dumb", DO_NOT_TRACK: "1", ...agent.variables(place) };
}

/** Sets an agent up in its home, with this server in its settings as `config --write` puts it there. */
export function setUp(agent: Agent, place: Place): void {
  mkdirSync(join(place.home, "tmp"));
  agent.configure(place);
  execFileSync(process.execPath, [serverPath, "config", agent.client, "--write"], { cwd: place.workspace, env: variables(agent, place) });
}

export interface AgentRun {
  /** Null where it had to be killed. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs an agent with one prompt until it ends by itself; it is killed at the deadline, and with the test. */
export async function runAgent(agent: Agent, place: Place, { path, prompt }: { path: string; prompt: string }): Promise<AgentRun> {
  // A group of its own, so that the servers that it started are killed with it.
  const child = spawn(path, agent.args(prompt), { cwd: place.workspace, env: variables(agent, place), stdio: ["ignore", "pipe", "pipe"], detached: true });
  const kill = (): void => {
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  };
  const timer = setTimeout(kill, deadlineMs);
  onTestFinished(() => {
    clearTimeout(timer);
    kill();
  });
  const ended = new Promise<number | null>((resolve, reject) => child.on("close", resolve).on("error", reject));
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}

/** What an agent says of its own version. */
export function versionOf(path: string, { home }: { home: string }): string {
  const said = execFileSync(path, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], env: { PATH: process.env["PATH"] ?? "", HOME: home, COPILOT_AUTO_UPDATE: "false" } });
  return said.split("\n")[0] ?? "";
}
