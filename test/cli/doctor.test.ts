import { execFile } from "node:child_process";
import { appendFileSync, chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { watchesOf } from "../../src/io/inotify.js";
import { homeProblems } from "../helpers/home-check.js";
import { claudeUserHome } from "../helpers/claude-user-home.js";
import { logPaths } from "../helpers/logged.js";
import { connectServer, serverPath } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";

interface Ran {
  code: number;
  out: string;
  err: string;
}

function doctor(home: string, args: readonly string[] = [], { userHome = tempDir(), env = {} }: { userHome?: string; env?: Record<string, string> } = {}): Promise<Ran> {
  const options = { env: { PATH: process.env["PATH"] ?? "", HOME: userHome, ...env } };
  return new Promise((resolve) => {
    execFile(process.execPath, [serverPath, "doctor", "--home", home, ...args], options, (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }));
  });
}

describe("doctor", () => {
  let home = "";
  let userHome = "";
  beforeEach(async () => {
    userHome = claudeUserHome("11111111-0000-4000-8000-000000000002");
    const dir = join(tempDir(), "home");
    const server = await connectServer({ home: dir, userHome, args: [] });
    await server.call("import_sessions");
    await server.call("start_session", { provider: "acme", workspace_path: "/nowhere", session_id: "mine" });
    await server.call("list_sessions");
    await server.client.close();
    home = server.home;
  });

  it("says what there is and what to do next, and makes nothing where nothing is", async () => {
    const missing = join(tempDir(), "none");
    const { code, out, err } = await doctor(missing, [], { userHome });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain(`${missing}: not made yet`);
    expect(out).toContain(`claude: ${join(userHome, ".claude")}, 1 file, 0.0 MB`);
    expect(out).toMatch(/^next +session-log-mcp import takes in the native logs/m);
    expect(existsSync(missing)).toBe(false);
  });

  it("knows the sessions, the databases, the lease and what it runs on", async () => {
    const { code, out } = await doctor(home, ["--providers", "codex"], { userHome, env: { CODEX_HOME: "/w/codex" } });
    expect(code).toBe(0);
    expect(out).toContain(`${home}: 2 logs, `);
    expect(out).toContain("claude: 1, 0.0 MB");
    expect(out).toMatch(/import\.sqlite: \d\.\d MB, 1 session\n/);
    expect(out).toContain("free: no process follows the native logs now");
    expect(out).toContain(`Node ${process.versions.node}, SQLite 3.`);
    expect(out).toContain("CODEX_HOME=/w/codex");
    expect(out).toContain("codex: none in /w/codex");
    expect(out).toContain("(left out by --providers)");
    expect(out).toContain("session-log-mcp doctor --check verifies");
  });

  it("names the process that has the lease", async () => {
    const server = await connectServer({ home, userHome, args: [] });
    await server.call("import_sessions");
    const { out } = await doctor(home, ["--json"]);
    const { lease } = JSON.parse(out) as { lease: { is_held: boolean; pids: number[] } };
    expect(lease.is_held).toBe(true);
    const isTold = existsSync("/proc/locks") && readFileSync("/proc/locks", "utf8").includes(` ${server.pid} `);
    expect(lease.pids).toEqual(isTold ? [server.pid] : []);
    await server.client.close();
  });

  it.runIf(existsSync("/proc/sys/fs/inotify/max_user_watches"))("tells how many watches who has the lease has, or a server would have, and how many there may be", async () => {
    const limit = Number(readFileSync("/proc/sys/fs/inotify/max_user_watches", "utf8"));
    const free = await doctor(home, [], { userHome });
    expect(free.out).toMatch(new RegExp(`^watches +none now; a server watches about \\d+ folders of native logs; of the ${limit.toLocaleString("en-US")} that you may have, [\\d,]+ are in use: `, "m"));
    const server = await connectServer({ home, userHome, args: [] });
    await server.call("import_sessions");
    const isTold = readFileSync("/proc/locks", "utf8").includes(` ${server.pid} `);
    const watched = (): Promise<{ of_holder?: number; in_use: number; limit: number }> => doctor(home, ["--json"], { userHome }).then(({ out }) => (JSON.parse(out) as { watches: { in_use: number; limit: number } }).watches);
    const watches = await waitFor("the watches", async () => {
      const now = await watched();
      return !isTold || (now.of_holder ?? 0) > 0 ? now : undefined;
    });
    expect(watches.limit).toBe(limit);
    expect(watches.in_use).toBeGreaterThanOrEqual(watches.of_holder ?? 0);
    expect(watches.of_holder).toBe(isTold ? watchesOf(server.pid) : undefined);
    await server.client.close();
  });

  it("finds a fault with exit code 1, mends it beside a running server, and finds it no more", async () => {
    const server = await connectServer({ home, userHome });
    const [log = ""] = logPaths(home).filter((path) => path.endsWith("mine.jsonl"));
    appendFileSync(log, "\x1b[31mhalf a line, and more\nof a ghp_0123456789abcdefghijklmnopqrstuvwxyzAB kind\n");
    writeFileSync(join(home, "logs/index.json"), '{"sessions":[]}');
    chmodSync(join(home, "import.sqlite"), 0o644);
    const found = await doctor(home, ["--check"]);
    expect(found.code).toBe(1);
    expect(found.out).toMatch(/^checked {2}2 logs with \d+ events, 0\.0 MB: \d faults/m);
    expect(found.out).toContain("fault  unreadable lines: run session-log-mcp doctor --repair: a warning");
    expect(found.out).toContain(`${log} (mine): 2 lines, the first line `);
    const { check } = JSON.parse((await doctor(home, ["--check", "--json"])).out) as { check: { findings: { code: string; severity: string; advice: string }[] } };
    expect(check.findings.map(({ code }) => code)).toEqual(expect.arrayContaining(["unreadable_lines", "index_lacks"]));
    expect(check.findings.every(({ severity, advice }) => severity === "fault" && advice.length > 5)).toBe(true);

    const mended = await doctor(home, ["--repair"]);
    expect(mended.code).toBe(0);
    expect(mended.out).toMatch(new RegExp(`^repaired {2}${log.replaceAll(".", "\\.")}: written anew with \\d+ events, 0 of them renumbered`, "m"));
    expect(mended.out).toMatch(/^checked .*: no fault, 1 note$/m);
    expect(homeProblems(home)).toEqual([]);
    const read = await server.call("read_session", { session_id: "mine", types: ["parse_warning"] });
    expect(read["events"]).toEqual([expect.objectContaining({ type: "parse_warning" })]);
    for (const hidden of ["\x1b", "ghp_"]) expect(found.out + mended.out).not.toContain(hidden);
  });

  it("repairs nothing with --read-only, and refuses options of others", async () => {
    expect(await doctor(home, ["--repair", "--read-only"])).toMatchObject({ code: 1, err: expect.stringContaining("--read-only") });
    expect(await doctor(home, ["--force"])).toMatchObject({ code: 2, err: expect.stringContaining("--force") });
  });
});
