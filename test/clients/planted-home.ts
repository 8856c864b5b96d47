import { claudeUserHome } from "../helpers/claude-user-home.js";
import { connectServer, serverPath } from "../helpers/server.js";

/** The session of Claude Code in the home: a prompt «hello», an answer «hi». */
export const importedId = "0a1b2c3d-1111-4222-8333-444455556666";
/** A session that was started and not ended, with one event besides. */
export const startedId = "started-by-hand";

/** A command and its arguments. */
export type CommandLine = [command: string, ...args: string[]];

/** The command line of a server whose home holds those two sessions. */
export async function plantedServer(): Promise<CommandLine> {
  const { home, client, call } = await connectServer({ userHome: claudeUserHome(importedId) });
  await call("import_sessions");
  await call("start_session", { provider: "test", session_id: startedId, title: "By hand" });
  await client.close();
  return [process.execPath, serverPath, "--home", home, "--no-import"];
}
