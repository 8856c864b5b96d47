import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { readFixtures } from "../contracts/read-fixtures.js";
import { connectServer, serverPath } from "../helpers/server.js";
import { canTrace, readTrace, tracedInto, type FileCall } from "../helpers/system-calls.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";

const installed = dirname(dirname(realpathSync(serverPath)));
/** One session of each provider, and what must never be opened beside it. */
const native = [
  { provider: "claude", fixture: "titles", folder: ".claude", secrets: [".credentials.json", "settings.json", "config.json"] },
  { provider: "codex", fixture: "first-envelopes", folder: ".codex", secrets: ["auth.json", "config.toml"] },
  { provider: "gemini", fixture: "journal", folder: ".gemini", secrets: ["oauth_creds.json", "settings.json", "google_accounts.json"] },
  { provider: "copilot", fixture: "one-turn", folder: ".copilot", secrets: ["config.json", "mcp-config.json"] },
] as const;

function writeFile(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function fillHome(userHome: string): string {
  for (const { provider, fixture, folder, secrets } of native) {
    const found = readFixtures(provider).find(({ name }) => name === fixture);
    writeFile(join(userHome, folder, found?.path ?? ""), found?.bytes ?? "");
    for (const name of secrets) writeFile(join(userHome, folder, name), '{"token":"no"}');
  }
  writeFile(join(userHome, ".ssh/id_ed25519"), "no");
  writeFile(join(userHome, ".env"), "no");
  return join(userHome, ".claude", readFixtures("claude").find(({ name }) => name === "titles")?.path ?? "");
}

/** What Node and its loader open for themselves. */
const ofTheSystem = /^\/(usr|lib|lib64|proc|sys|opt|dev\/(null|urandom|tty|pts\/\d+)|etc\/(ld\.so\.cache|ld\.so\.preload|localtime|ssl\/openssl\.cnf))(\/|$)/;

const isIn = (folder: string, path: string): boolean => path === folder || path.startsWith(`${folder}/`);
/** Opened, and not only looked at: only that shows what a file holds. */
const opens = ({ name, writes }: FileCall): boolean => name.startsWith("open") || writes;

it.skipIf(!canTrace())("the server opens no socket, starts no program, writes only under its home, and opens nothing beside it but the agents' logs", async () => {
  const [userHome, traced, home] = [tempDir(), join(tempDir(), "calls"), join(tempDir(), "home")];
  const growing = fillHome(userHome);
  const server = await connectServer({ home, userHome, args: [], under: tracedInto(traced) });
  expect(await server.call("import_sessions")).not.toHaveProperty("failed");
  const line = JSON.parse(readFixtures("claude").find(({ name }) => name === "titles")?.bytes.toString().split("\n").find((text) => text.includes('"user"')) ?? "{}");
  writeFileSync(growing, `${JSON.stringify({ ...line, uuid: "5a1e0000-0000-4000-8000-0000000000ff" })}\n`, { flag: "a" });
  await waitFor("the grown session", async () => (await server.call("import_sessions"))["unchanged"] === native.length);
  const { session_id } = await server.call("start_session", { provider: "script", prompt: "paint it periwinkle", workspace_path: userHome });
  await server.call("emit_event", { session_id, message: "noted" });
  expect(await server.call("search_sessions", { query: "periwinkle" })).toMatchObject({ total: 1 });
  for (const { uri } of (await server.client.listResources()).resources) await server.client.readResource({ uri });
  expect(await server.call("list_sessions", { limit: 100 })).toMatchObject({ total: native.length + 1 });
  await server.call("session_stats", { group_by: "day" });
  await server.call("end_session", { session_id });
  await server.client.close();

  const { files, sockets, programs } = await waitFor("the whole trace", () => {
    const trace = readTrace(traced, { cwd: userHome });
    return trace.files.some(({ path }) => isIn(home, path)) ? trace : undefined;
  });
  expect(sockets).toEqual([]);
  expect(programs).toEqual([process.execPath]);
  expect(files.filter(({ writes, path }) => writes && !isIn(home, path) && path !== "/dev/null")).toEqual([]);
  const own = [home, installed, process.execPath];
  const opened = files.filter((call) => opens(call) && !own.some((folder) => isIn(folder, call.path)) && !ofTheSystem.test(call.path)).map(({ path }) => path);
  const roots = native.map(({ folder }) => join(userHome, folder));
  const looked = [...roots, join(userHome, ".config/Claude/local-agent-mode-sessions")];
  const packages = opened.filter((path) => path.endsWith("/package.json") && isIn(dirname(path), installed));
  expect(opened.filter((path) => !looked.some((root) => isIn(root, path)) && !packages.includes(path))).toEqual([]);
  const secrets = native.flatMap(({ folder, secrets: names }) => names.map((name) => join(userHome, folder, name)));
  expect(opened.filter((path) => secrets.includes(path))).toEqual([]);
  for (const root of roots) expect(opened.some((path) => isIn(root, path)), root).toBe(true);
});
