import { spawn } from "node:child_process";
import { request } from "node:http";
import { onTestFinished } from "vitest";
import { serverPath } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";

export interface RunningView {
  /** The link that it printed, with its token. */
  url: string;
  /** The JSON that it printed. */
  said: Record<string, unknown>;
  port: number;
  /** The path below which the page lies. */
  basePath: string;
  stop(): Promise<number | string>;
  stderr(): string;
}

/** Starts the built `view --json --no-open` on a home; it ends with the test. */
export async function startView(home: string, ...args: string[]): Promise<RunningView> {
  const child = spawn(process.execPath, [serverPath, "view", "--home", home, "--json", "--no-open", ...args], { env: { PATH: process.env["PATH"] ?? "", HOME: tempDir() } });
  onTestFinished(() => void child.kill("SIGKILL"));
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const exited = new Promise<number | string>((resolve) => child.on("exit", (code, signal) => resolve(code ?? signal ?? "")));
  const line = await waitFor(`the link; stderr: ${stderr}`, () => (stdout.includes("\n") ? stdout : undefined));
  const said = JSON.parse(line) as { url: string };
  const { port, pathname } = new URL(said.url);
  return {
    url: said.url,
    said,
    port: Number(port),
    basePath: pathname,
    stderr: () => stderr,
    stop() {
      child.kill("SIGINT");
      return exited;
    },
  };
}

export interface Answer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
}

/** Sends a request as it stands: the path is not put right, and any header may be given. */
export function send(port: number, path: string, { method = "GET", headers = {} }: { method?: string; headers?: Record<string, string> } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path, method, headers: { host: `127.0.0.1:${port}`, ...headers } }, (response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => (body += chunk.toString()));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    asked.on("error", reject).end();
  });
}

/** The cookie that the link of a view gives, as a header's value. */
export async function cookieOf({ url, port }: RunningView): Promise<string> {
  const { pathname, search } = new URL(url);
  const { headers } = await send(port, `${pathname}${search}`);
  return String((headers["set-cookie"] ?? [])[0]).split(";")[0] ?? "";
}
