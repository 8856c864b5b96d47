import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { ResourceUpdatedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import { describe, expect, test } from "vitest";
import { type ConnectedServer, connectServer } from "../../helpers/server.js";
import { tempDir } from "../../helpers/temp-dir.js";
import { waitFor } from "../../helpers/wait-for.js";

const sessionId = "c0ffee00-1111-4222-8333-444455556666";
const lines = "session-log:///live/claude.jsonl";

/** A session of Claude Code that is being written: `say` appends a prompt to it. */
function nativeSession() {
  const userHome = tempDir();
  const folder = join(userHome, ".claude", "projects", "-tmp-app");
  mkdirSync(folder, { recursive: true });
  let count = 0;
  const say = (content: string): void => {
    const uuid = `aaaaaaaa-0000-4000-8000-${String(++count).padStart(12, "0")}`;
    const record = { type: "user", uuid, parentUuid: null, sessionId, cwd: "/tmp/app", version: "2.1.330", timestamp: new Date().toISOString(), message: { role: "user", content } };
    appendFileSync(join(folder, `${sessionId}.jsonl`), `${JSON.stringify(record)}\n`);
  };
  return { userHome, say };
}

async function textOf({ client }: ConnectedServer, uri: string): Promise<string> {
  const { contents } = await client.readResource({ uri });
  return (contents[0] as { text: string }).text;
}

describe.each([
  ["imported and followed", []],
  ["not imported", ["--no-import"]],
])("a session of Claude Code that is being written, %s,", (_how, args) => {
  test("is live: in its resources, in their list, and in updates", async () => {
    const { userHome, say } = nativeSession();
    say("first words");
    const server = await connectServer({ userHome, args });
    const updates = new Set<string>();
    server.client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => void updates.add(params.uri));
    for (const uri of [lines, "session-log:///live"]) await server.client.subscribeResource({ uri });
    await waitFor("the first words", async () => (await textOf(server, lines)).includes("first words"));
    updates.clear();
    say("second words");
    await waitFor("both updates", () => updates.size === 2);
    await waitFor("the second words", async () => (await textOf(server, lines)).includes("second words"));
    const events = (await textOf(server, lines)).trim().split("\n").map((line) => JSON.parse(line) as { type: string; content?: string });
    expect(events.filter(({ type }) => type === "user_message").map(({ content }) => content)).toEqual(["first words", "second words"]);
    const { live } = JSON.parse(await textOf(server, "session-log:///live")) as { live: object[] };
    expect(live).toMatchObject([{ session_id: sessionId, provider: "claude", source_path: expect.stringContaining(sessionId) }]);
    const { resources } = await server.client.listResources();
    expect(resources.find(({ uri }) => uri === lines)).toMatchObject({ name: "live claude", mimeType: "application/x-ndjson" });
  });
});
