import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { tools } from "../../src/mcp/tools/catalogue.js";
import { tempDir } from "../helpers/temp-dir.js";
import { newerClientsThere, type Outcome, runClient } from "./newer-clients.js";
import { importedId, plantedServer } from "./planted-home.js";

/** mcporter with a configuration of the form that `mcp.json` has. */
async function mcporter(): Promise<(...args: string[]) => Promise<Outcome>> {
  const [command, ...args] = await plantedServer();
  const cwd = tempDir();
  const config = join(cwd, "mcp.json");
  writeFileSync(config, JSON.stringify({ mcpServers: { "session-log": { type: "stdio", command, args, tools: ["*"] } } }));
  return (...words) => runClient("mcporter", ["--config", config, ...words], { cwd });
}

describe.skipIf(!newerClientsThere())("mcporter", () => {
  test("lists every tool with its schema", async () => {
    const run = await mcporter();
    const { code, stdout } = await run("list", "session-log", "--json");
    expect(code).toBe(0);
    const listed = JSON.parse(stdout) as { status: string; durationMs: number; tools: { name: string; inputSchema: object }[] };
    expect(listed.status).toBe("ok");
    expect(listed.tools.map(({ name }) => name)).toEqual(tools.map(({ name }) => name));
    for (const { inputSchema } of listed.tools) expect(inputSchema).toMatchObject({ type: "object" });
    console.log(`mcporter: ${listed.tools.length} tools listed in ${listed.durationMs} ms, start of the server included`);
  });

  test("calls tools by flags and by signature", async () => {
    const run = await mcporter();
    const byFlags = await run("call", "session-log.search_sessions", "query=hello", "limit=3", "--output", "json");
    expect(JSON.parse(byFlags.stdout)).toMatchObject({ hits: [{ session_id: importedId.slice(0, 8) }] });
    const bySignature = await run("call", `session-log.read_session(session_id: "${importedId}", limit: 1)`, "--output", "json");
    expect(JSON.parse(bySignature.stdout)).toMatchObject({ events: [{ text: "hi" }] });
  });

  test("shows an error's text and fails", async () => {
    const run = await mcporter();
    const { code, stdout } = await run("call", "session-log.read_session", "session_id=nowhere", "--output", "json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ isError: true, content: [{ text: expect.stringMatching(/^SESSION_NOT_FOUND: /) }] });
  });

  test("reads a resource", async () => {
    const run = await mcporter();
    const { stdout } = await run("resource", "session-log", `session-log:///sessions/${importedId}/transcript.md`);
    expect(stdout).toContain("hello");
  });
});
