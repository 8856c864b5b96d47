import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { connectServer, serverPath } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";
import { send, startView } from "../view/view-process.js";

function run(home: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [serverPath, "view", "--home", home, "--no-open", ...args], { env: { PATH: process.env["PATH"] ?? "", HOME: tempDir() }, encoding: "utf8", timeout: 30_000 });
  return { code: status, out: stdout, err: stderr };
}

it("prints a link to a session by the beginning of its id, and ends in order when it is stopped", async () => {
  const server = await connectServer();
  const { session_id } = (await server.call("start_session", { provider: "acme" })) as { session_id: string };
  const view = await startView(server.home, session_id.slice(0, 8));
  expect(view.said).toEqual({ url: expect.stringMatching(new RegExp(`^http://127\\.0\\.0\\.1:\\d+/[\\w-]{12}/\\?token=[\\w-]{43}#/session/${session_id}$`)), session_id });
  expect(await view.stop()).toBe(0);
  expect(view.stderr()).toBe("");
});

it("serves at the port that was asked for, and says so where that is taken", async () => {
  const home = tempDir();
  const first = await startView(home);
  const taken = run(home, "--port", String(first.port));
  expect(taken).toMatchObject({ code: 2, out: "", err: expect.stringContaining(`Cannot listen on port ${first.port}: the system says EADDRINUSE`) });
  await first.stop();
  const second = await startView(home, "--port", String(first.port));
  expect(second.port).toBe(first.port);
  expect((await send(second.port, new URL(second.url).pathname)).status).toBe(403);
});

it("refuses a port that is none and a session that is not there", () => {
  const home = tempDir();
  expect(run(home, "--port", "99999")).toMatchObject({ code: 2, err: expect.stringContaining('--port "99999" is no port') });
  expect(run(home, "--port", "x")).toMatchObject({ code: 2, err: expect.stringContaining('--port "x"') });
  expect(run(home, "nowhere")).toMatchObject({ code: 1, out: "", err: expect.stringContaining('"nowhere"') });
});
