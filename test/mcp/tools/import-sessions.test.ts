import { describe, expect, it } from "vitest";
import { claudeUserHome } from "../../helpers/claude-user-home.js";
import { connectServer } from "../../helpers/server.js";

const id = "6f1d2c3b-0000-4000-8000-00000000e201";

describe("import_sessions", () => {
  it("says what it would do, does it, and does it once", async () => {
    const server = await connectServer({ userHome: claudeUserHome(id) });
    const dry = await server.call("import_sessions", { dry_run: true });
    expect(dry).toMatchObject({ imported: 1, updated: 0 });
    expect((await server.call("list_sessions"))["total"]).toBe(0);
    const first = await server.call("import_sessions", { providers: ["claude"] });
    expect(first).toMatchObject({ imported: 1, updated: 0, by_provider: { claude: { imported: 1 } } });
    expect(first).not.toHaveProperty("failed");
    expect(await server.call("import_sessions", { force: true })).toMatchObject({ imported: 0, events: 0 });
    expect((await server.call("read_session", { session_id: id, types: ["user_message"] }))["events"]).toMatchObject([{ text: "hello" }]);
  });

  it("leaves alone what was last written before since", async () => {
    const server = await connectServer({ userHome: claudeUserHome(id) });
    expect(await server.call("import_sessions", { since: "2999-01-01" })).toMatchObject({ imported: 0 });
  });

  it("refuses providers and times that it does not know", async () => {
    const server = await connectServer();
    expect(await server.failure("import_sessions", { providers: ["acme"] })).toMatch(/^INVALID_ARGUMENT: .*acme/);
    expect(await server.failure("import_sessions", { since: "soon" })).toMatch(/^INVALID_ARGUMENT: since "soon"/);
  });

  it("is refused by a server that only reads", async () => {
    const server = await connectServer({ args: ["--read-only"] });
    expect(await server.failure("import_sessions")).toMatch(/^READ_ONLY: /);
  });
});
