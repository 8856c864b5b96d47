import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { firstSession, runCommand, spokenHome, startCommand } from "../helpers/command.js";
import { connectServer } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";

const nativeId = "3f0e8a52-5a4b-4c1f-9a4e-0b2f6f1f7a11";
let records = 0;

/** A line of a Claude Code transcript, written now. */
function native(content: string): string {
  records += 1;
  const id = `aaaaaaaa-0000-4000-8000-${String(records).padStart(12, "0")}`;
  return `${JSON.stringify({ type: "user", uuid: id, parentUuid: null, sessionId: nativeId, cwd: "/tmp/app", version: "2.1.330", timestamp: new Date().toISOString(), message: { role: "user", content } })}\n`;
}

describe("tail", () => {
  it("shows the last events of a session, a line each, and ends", async () => {
    const { code, out, err } = await runCommand(["tail", "--home", await spokenHome(), "aaaaaaaa", "-n", "3"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.split("\n").map((line) => line.slice(9))).toEqual([
      "✻ aaaaaaaa ✗ └ Bash one two three four five \\x1b[31mred",
      "✻ aaaaaaaa ◂ The queue holds a broken job. Remove it with lprm.",
      '✻ aaaaaaaa · session_ended success: true',
      "",
    ]);
  });

  it("prints with --json a line for each event, with its session", async () => {
    const { out } = await runCommand(["tail", "--home", await spokenHome(), firstSession, "-n", "1", "--json", "--types", "assistant_message"]);
    expect(JSON.parse(out)).toMatchObject({ session_id: firstSession, provider: "claude", seq: 6, type: "assistant_message" });
  });

  it("follows a session that another process writes, until that ends", async () => {
    const server = await connectServer();
    await server.call("start_session", { session_id: "followed", provider: "acme" });
    await server.call("emit_event", { session_id: "followed", events: [{ type: "assistant_message", content: "before" }] });
    const { said, ended } = startCommand(["tail", "--home", server.home, "-f", "followed", "--types", "assistant_message,session_ended"]);
    await waitFor("what was there", () => said.out.includes("before"), { timeoutMs: 30_000 });
    for (let nth = 0; nth < 3; nth += 1) await server.call("emit_event", { session_id: "followed", events: [{ type: "assistant_message", content: `later ${nth}` }] });
    await server.call("end_session", { session_id: "followed" });
    const { code, out, err } = await ended;
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.split("\n").map((line) => line.slice(9))).toEqual(["● followed ◂ before", "● followed ◂ later 0", "● followed ◂ later 1", "● followed ◂ later 2", '● followed · session_ended success: true', ""]);
  });

  it("follows all that is live, takes native logs in meanwhile, and ends with 0 at Ctrl-C", async () => {
    const cwd = tempDir();
    const folder = join(cwd, ".claude", "projects", "-tmp-app");
    mkdirSync(folder, { recursive: true });
    const { child, said, ended } = startCommand(["tail", "-f"], { cwd });
    await waitFor("the word that it waits", () => said.err.includes("No session is live; waiting for one"), { timeoutMs: 30_000 });
    writeFileSync(join(folder, `${nativeId}.jsonl`), native("hello there"));
    await waitFor(`the new session; ${said.err}`, () => said.out.includes("✻ 3f0e8a52 ❯ hello there"), { timeoutMs: 30_000 });
    appendFileSync(join(folder, `${nativeId}.jsonl`), native("and again"));
    await waitFor("what came after", () => said.out.includes("❯ and again"), { timeoutMs: 30_000 });
    child.kill("SIGINT");
    expect((await ended).code).toBe(0);
    expect(said.out.match(/hello there/g)).toHaveLength(1);
  });

  it("shows all that is written during the run, and none of the past with -n 0", async () => {
    const server = await connectServer();
    await server.call("start_session", { session_id: "old-one", provider: "acme" });
    await server.call("emit_event", { session_id: "old-one", message: "of the past" });
    await server.call("end_session", { session_id: "old-one" });
    const { child, said, ended } = startCommand(["tail", "--home", server.home, "-f", "-n", "0"]);
    await waitFor("the word that it waits", () => said.err.includes("waiting for one"), { timeoutMs: 30_000 });
    await server.call("start_session", { session_id: "new-one", provider: "acme", prompt: "first words" });
    await server.call("start_session", { session_id: "old-one", provider: "acme", resumed: true });
    await server.call("emit_event", { session_id: "old-one", events: Array.from({ length: 12 }, (_, nth) => ({ type: "user_event", level: "info", message: `again ${nth}` })) });
    await waitFor(`both; ${said.out}`, () => said.out.includes("❯ first words") && said.out.includes("again 11"), { timeoutMs: 30_000 });
    child.kill("SIGINT");
    expect((await ended).code).toBe(0);
    const shownOf = (id: string): string[] => said.out.split("\n").filter((line) => line.includes(`● ${id} `)).map((line) => line.slice(19).replace(/ provider: .*/, ""));
    expect(shownOf("new-one")).toEqual(["· session_started", "❯ first words"]);
    expect(shownOf("old-one")).toEqual(["· session_started", ...Array.from({ length: 12 }, (_, nth) => `· user_event again ${nth}`)]);
  });

  it("follows any number of live sessions without a warning", async () => {
    const server = await connectServer();
    const ids = Array.from({ length: 12 }, (_, nth) => `many-${nth}`);
    for (const id of ids) await server.call("start_session", { session_id: id, provider: "acme" });
    const { child, said, ended } = startCommand(["tail", "--home", server.home, "-f"]);
    await waitFor("what was there", () => (said.out.match(/session_started/g)?.length ?? 0) === ids.length, { timeoutMs: 30_000 });
    for (const id of ids) await server.call("emit_event", { session_id: id, message: `hello of ${id}` });
    await waitFor("an answer of each", () => ids.every((id) => said.out.includes(`hello of ${id}\n`)), { timeoutMs: 30_000 });
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 0, err: "" });
  });

  it("says where no session is live, and refuses what there is not", async () => {
    const home = await spokenHome();
    expect(await runCommand(["tail", "--home", home])).toMatchObject({ code: 0, out: "", err: expect.stringContaining("No session is live") });
    expect(await runCommand(["tail", "--home", home, "zzzz-nobody"])).toMatchObject({ code: 1, out: "" });
    expect(await runCommand(["tail", "--home", home, "aaaa"])).toMatchObject({ code: 1, out: "" });
    expect(await runCommand(["tail", "-n", "-1"])).toMatchObject({ code: 2, err: expect.stringContaining('--lines "-1"') });
  });
});
