// Servers on real pipes, with a client of the SDK.
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

/** The built command. */
export const command = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

/** @returns The client, the server's pid, and `call`, which gives a tool's structured result and throws its error. */
export async function connect(args, { env = {}, cwd, file = process.execPath, timeoutMs = 600_000 } = {}) {
  const client = new Client({ name: "bench", version: "1.0.0" });
  const transport = new StdioClientTransport({ command: file, args, env: { PATH: process.env.PATH, ...env }, ...(cwd && { cwd }) });
  await client.connect(transport);
  const call = async (name, given = {}) => {
    const { isError, content, structuredContent } = await client.callTool({ name, arguments: given }, undefined, { timeout: timeoutMs });
    if (isError) throw new Error(`${name}: ${content[0].text}`);
    return structuredContent ?? content;
  };
  return { client, call, pid: transport.pid, close: () => client.close() };
}

/** Our server on a home. Its user has no native logs but those below `userHome`. */
export function connectOurs(home, { args = [], env = {}, cwd, userHome = dirname(home) } = {}) {
  return connect([command, "--home", home, ...args], { env: { HOME: userHome, ...env }, cwd });
}
