import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { connectServer } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";

it("finds native sessions in the first call after the connection is made", async () => {
  const config = tempDir();
  cpSync(fileURLToPath(new URL("../demo/claude", import.meta.url)), config, { recursive: true });
  const server = await connectServer({ args: [], env: { CLAUDE_CONFIG_DIR: config, CLAUDE_CODE_SESSION_ID: "5b1d9c52-7f3e-4c2a-9d10-3f6e0a7c4b21" } });
  expect(await server.call("list_sessions")).toMatchObject({ total: 2 });
  const again = await connectServer({ home: join(tempDir(), "home"), args: [], env: { CLAUDE_CONFIG_DIR: config } });
  expect(await again.call("read_session", { session_id: "5b1d9c52" })).toMatchObject({ session: { title: "Blank receipts after midnight" } });
});
