import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { readFixtures } from "../contracts/read-fixtures.js";
import { connectServer, type ConnectedServer } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";

/** One session of each provider, its folder in the user's home, and a word that stands in it. */
const kept = [
  { provider: "claude", fixture: "titles", folder: ".claude" },
  { provider: "codex", fixture: "first-envelopes", folder: ".codex" },
  { provider: "gemini", fixture: "journal", folder: ".gemini" },
  { provider: "copilot", fixture: "one-turn", folder: ".copilot" },
] as const;

function writeNativeFiles(userHome: string): void {
  for (const { provider, fixture, folder } of kept) {
    const found = readFixtures(provider).find(({ name }) => name === fixture);
    if (!found) throw new Error(`No fixture ${fixture} of ${provider}`);
    const path = join(userHome, folder, found.path.replace(/^\/root\/?/, ""));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, found.bytes);
  }
}

/** All that the tools say of the history: the list, each session's events, sums, and where its first prompt is found. */
async function history(server: ConnectedServer): Promise<unknown> {
  const { sessions } = (await server.call("list_sessions", { include_children: true })) as { sessions: { session_id: string }[] };
  const read = await Promise.all(sessions.map(({ session_id }) => server.call("read_session", { session_id, from: "start", agent: "all", max_bytes: 200_000 })));
  const prompts = read.map(({ events }) => (events as { type: string; text: string }[]).find(({ type }) => type === "user_message")?.text ?? "");
  const found = await Promise.all(prompts.map((text) => server.call("search_sessions", { query: text.slice(0, 40), match: "substring", role: "user" })));
  return { sessions, read, prompts, found, sums: await server.call("session_stats", { group_by: "provider" }) };
}

it("is listed, read, searched and summed up when the agents have deleted all their files, also with databases made anew", async () => {
  const userHome = tempDir();
  writeNativeFiles(userHome);
  const home = join(tempDir(), "home");
  const first = await connectServer({ home, userHome });
  expect(await first.call("import_sessions")).toMatchObject({ imported: kept.length });
  await first.client.close();
  // What is live while its file is young is stale later: asked again by a process that never saw the files grow.
  for (const { folder } of kept) rmSync(join(userHome, folder), { recursive: true });
  const second = await connectServer({ home, userHome });
  const before = await history(second);
  expect(before).toMatchObject({ prompts: kept.map(() => expect.stringMatching(/\S/)), found: kept.map(() => ({ total: expect.any(Number) })) });
  expect((before as { found: { total: number }[] }).found.every(({ total }) => total > 0)).toBe(true);
  await second.client.close();
  for (const file of readdirSync(home)) if (/\.sqlite/.test(file)) rmSync(join(home, file));
  const third = await connectServer({ home, userHome, args: [] });
  expect(await third.call("import_sessions")).toMatchObject({ imported: 0, updated: 0, events: 0 });
  expect(await history(third)).toEqual(before);
});
