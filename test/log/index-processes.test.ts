import { join } from "node:path";
import { expect, test } from "vitest";
import { loadGlobalIndex } from "../../src/log/global-index.js";
import { loadSessionIndex } from "../../src/log/session-index.js";
import { runInProcesses } from "../helpers/child-script.js";
import { tempDir } from "../helpers/temp-dir.js";

const processes = 3;
const sessionsEach = 25;

const child = `
import { SessionLogWriter } from "./src/log/writer.ts";
const [number, home] = process.argv.slice(2);
for (let n = 0; n < ${sessionsEach}; n += 1) {
  const metadata = { provider: "acme", wrapperSessionId: "s-" + number + "-" + n, providerSessionId: null, workspacePath: null,
    command: "exec", model: null, resumed: false, backfilled: false };
  const writer = SessionLogWriter.create(home + "/logs", metadata);
  writer.setGlobalIndexDir(home);
  writer.emit("wrapper", { type: "session_started", command: "exec", resumed: false, backfilled: false });
  writer.finish(true);
}
`;

test("Processes that change the indexes at one time lose nobody's entries", { timeout: 60_000 }, async () => {
  const home = tempDir();
  await runInProcesses(child, processes, [home]);
  const ids = Array.from({ length: processes * sessionsEach }, (_, at) => `s-${Math.floor(at / sessionsEach)}-${at % sessionsEach}`);
  const { sessions } = loadSessionIndex(join(home, "logs"));
  expect(sessions.map((entry) => entry.wrapper_session_id).sort()).toEqual(ids.toSorted());
  expect(sessions.every((entry) => entry.ended_at !== null)).toBe(true);
  expect(loadGlobalIndex(home).sessions.map((entry) => entry.session_id).sort()).toEqual(ids.toSorted());
});
