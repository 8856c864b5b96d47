import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { Home } from "../../src/log/home.js";
import { readSession } from "./recount.js";
import type { EventDraft } from "../../src/schema/event.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";
import { answered, ended, growLog, lines, said, started, toText, writeLog } from "./log-lines.js";
import { idsOf, openCatalogue, query } from "./open-catalogue.js";

const draft = (kind: unknown): EventDraft => ({ sourceKind: "wrapper", kind: kind as EventDraft["kind"] });

describe("Catalogue and what this process appends", () => {
  it("has taken it in before every answer", () => {
    const { catalogue, logs, logsDir } = openCatalogue();
    logs.create("mine", { provider: "acme", providerSessionId: "native" }, logsDir);
    logs.append("mine", [draft(started({ cwd: "/repo" })), draft(said("hello"))]);
    expect(catalogue.get("mine")).toMatchObject({ events: 2, title: "hello", provider: "acme", provider_session_id: "native", status: "live" });
    logs.append("mine", [draft(answered("hi", { model: "m" }))]);
    expect(idsOf(catalogue.list(query({ workspace: "/repo" })))).toEqual(["mine"]);
    expect(catalogue.get("mine")).toMatchObject({ events: 3, model: "m" });
    expect(catalogue.resolve("native", { providerSessionIds: [], workspace: "/" }, { forWriting: false })).toBe("mine");
    logs.append("mine", [draft(ended())]);
    expect(catalogue.findByNative("acme", "native")).toBe("mine");
    expect(catalogue.get("mine")?.status).toBe("ended");
    expect(catalogue.locate("mine")).toBe(logsDir);
  });

  it("finds a session by a native id that it was told of a moment ago, however that was said and written", () => {
    const { catalogue, logs, logsDir } = openCatalogue();
    logs.create("mine", { provider: "acme", providerSessionId: null }, logsDir);
    logs.append("mine", [draft(started())]);
    expect(catalogue.findByNative("acme", "Later")).toBeUndefined();
    logs.append("mine", [draft({ type: "provider_status", message: "provider_session_id", data: "Later" })]);
    logs.append("mine", [draft(said("hello"))]);
    expect(catalogue.findByNative("acme", "LATER")).toBe("mine");
  });

  it("writes it for other processes without being asked", async () => {
    const { catalogue, logs, logsDir, home } = openCatalogue();
    const other = openCatalogue({ homeDir: home.dir });
    logs.create("mine", { provider: "acme", providerSessionId: null }, logsDir);
    logs.append("mine", [draft(started())]);
    await waitFor("the row of the session", () => other.catalogue.locate("mine"));
    expect(catalogue.locate("mine")).toBe(logsDir);
  });

  it("takes in long appends and many of them", () => {
    const { catalogue, logs, logsDir } = openCatalogue();
    logs.create("mine", { provider: "acme", providerSessionId: null }, logsDir);
    logs.append("mine", [draft(started())]);
    logs.append("mine", Array.from({ length: 3000 }, (_, nth) => draft(said(`${nth}`))));
    for (let nth = 0; nth < 40; nth++) logs.append("mine", Array.from({ length: 50 }, () => draft(answered("x"))));
    expect(catalogue.get("mine")).toMatchObject({ events: 5001, user_messages: 3000 });
    expect(catalogue.get("mine")).toMatchObject(readSession(Home.logPath(logsDir, "mine")));
  });

  it("reads what others appended in between", () => {
    const { catalogue, logs, logsDir } = openCatalogue();
    logs.create("mine", { provider: "acme", providerSessionId: null }, logsDir);
    logs.append("mine", [draft(started())]);
    growLog(Home.logPath(logsDir, "mine"), "mine", [said("theirs")], { firstSeq: 2 });
    logs.append("mine", [draft(said("mine"))]);
    expect(catalogue.get("mine")).toMatchObject({ events: 3, user_messages: 2, title: "theirs" });
  });
});

describe("Catalogue and a log of this process that others replace", () => {
  it("reads it anew", () => {
    const { catalogue, logs, logsDir } = openCatalogue();
    logs.create("mine", { provider: "acme", providerSessionId: null }, logsDir);
    logs.append("mine", [draft(started({ cwd: "/a" })), draft(said("one"))]);
    expect(catalogue.get("mine")).toMatchObject({ workspace: "/a" });
    const path = Home.logPath(logsDir, "mine");
    writeFileSync(`${path}.new`, toText(lines("mine", [started({ cwd: "/b" }), ...Array.from({ length: 9 }, () => said("two"))])));
    renameSync(`${path}.new`, path);
    expect(catalogue.get("mine")).toMatchObject({ workspace: "/b", events: 10, title: "two" });
  });
});

describe("Catalogue and what others write", () => {
  it("sees new logs, grown logs and logs that are gone", async () => {
    const { catalogue, logsDir } = openCatalogue();
    expect(idsOf(catalogue.list(query()))).toEqual([]);
    const path = writeLog(logsDir, "theirs", [started(), said("x")]);
    expect(idsOf(catalogue.list(query()))).toEqual(["theirs"]);
    growLog(path, "theirs", [answered("y")], { firstSeq: 3 });
    expect(catalogue.list(query()).sessions[0]?.events).toBe(3);
    growLog(path, "theirs", [answered("z")], { firstSeq: 4 });
    expect(catalogue.get("theirs")?.events).toBe(4);
    rmSync(path);
    expect(catalogue.get("theirs")).toBeUndefined();
    expect(catalogue.list(query())).toMatchObject({ sessions: [], total: 0 });
  });

  it("sees what appears in a folder that it knows, whatever the case of its letters, and passes over files that are no logs", () => {
    const { catalogue, logsDir } = openCatalogue();
    writeLog(logsDir, "Upper-ONE", [started()]);
    expect(idsOf(catalogue.list(query()))).toEqual(["Upper-ONE"]);
    for (const name of ["no id.jsonl", "latest.jsonl", "two.txt"]) writeFileSync(join(logsDir, "sessions", name), readFileSync(Home.logPath(logsDir, "Upper-ONE")));
    writeLog(logsDir, "Two", [started({ cwd: "/w2" })]);
    expect(idsOf(catalogue.list(query())).sort()).toEqual(["Two", "Upper-ONE"]);
    rmSync(Home.logPath(logsDir, "Upper-ONE"));
    expect(idsOf(catalogue.list(query()))).toEqual(["Two"]);
  });

  it("sees the first event of a log that was empty when it was first met", () => {
    const { catalogue, logsDir } = openCatalogue();
    const path = writeLog(logsDir, "slow", []);
    expect(catalogue.list(query()).total).toBe(0);
    const past = Date.now() / 1000 - 10;
    utimesSync(join(logsDir, "sessions"), past, past);
    expect(catalogue.list(query()).total).toBe(0);
    growLog(path, "slow", [started()], { firstSeq: 1 });
    utimesSync(join(logsDir, "sessions"), past, past);
    expect(catalogue.list(query()).total).toBe(1);
  });

  it("finds a log by its id before any list was asked for, without case", () => {
    const { catalogue, logsDir } = openCatalogue();
    writeLog(logsDir, "Theirs", [started()]);
    expect(catalogue.get("tHEIRS")?.session_id).toBe("Theirs");
    expect(catalogue.get("nobody")).toBeUndefined();
    expect(catalogue.get("../../etc/passwd")).toBeUndefined();
  });

  it("waits for the end of a half line, and passes over what is no event", () => {
    const { catalogue, logsDir } = openCatalogue();
    const path = writeLog(logsDir, "torn", [started()]);
    const text = toText(lines("torn", [said("héllo"), answered("x")], { firstSeq: 2 }));
    const bytes = Buffer.from(text);
    for (const [at, byte] of bytes.entries()) {
      appendFileSync(path, Buffer.from([byte]));
      if (at % 20 === 0) catalogue.get("torn");
    }
    appendFileSync(path, 'garbage\n{"seq":"no"}\n\n[]\n{"seq":9,"type":"new_kind"}\n{"seq":10,"type":"user');
    expect(catalogue.get("torn")).toMatchObject({ events: 4, user_messages: 1, title: "héllo" });
  });

  it("reads a log anew that was replaced, or cut", () => {
    const { catalogue, logsDir } = openCatalogue();
    const path = writeLog(logsDir, "s", [started({ cwd: "/a" }), said("one"), said("two")]);
    expect(catalogue.get("s")).toMatchObject({ events: 3, title: "one" });
    const other = `${path}.new`;
    writeFileSync(other, toText(lines("s", [started({ cwd: "/b" }), said("another text that is longer than the first one was, by far"), said("x"), said("y")])));
    renameSync(other, path);
    expect(catalogue.get("s")).toMatchObject({ events: 4, workspace: "/b" });
    writeFileSync(path, toText(lines("s", [started({ cwd: "/c" })])));
    expect(catalogue.get("s")).toMatchObject({ events: 1, workspace: "/c" });
    writeFileSync(path, toText(lines("s", [said("rewritten in place, and longer"), started({ cwd: "/d" })])));
    expect(catalogue.get("s")).toMatchObject({ events: 2, workspace: "/d" });
    expect(catalogue.list(query({ workspace: "/d" })).total).toBe(1);
    expect(catalogue.list(query({ workspace: "/c" })).total).toBe(0);
  });

  it("moves a session whose log was moved to another folder", () => {
    const { catalogue, logsDir, home } = openCatalogue();
    const path = writeLog(logsDir, "s", [started()]);
    catalogue.list(query());
    const target = join(home.dir, "projects", "p", "logs");
    mkdirSync(join(target, "sessions"), { recursive: true });
    renameSync(path, Home.logPath(target, "s"));
    expect(catalogue.get("s")?.log_path).toBe(Home.logPath(target, "s"));
    expect(catalogue.list(query()).total).toBe(1);
  });

  it("reads logs as another program writes them", () => {
    const { catalogue, logsDir } = openCatalogue();
    const head = '"provider":"claude","wrapper_session_id":"rust","provider_session_id":null,"source_kind":"wrapper","completeness":"full"';
    const limit = `{"seq":1,"ts":"2026-01-05T10:11:13.5+00:00",${head},"type":"usage_limit_hit","provider":"claude","scope":"five_hour","fallback_used":false,"incident_id":"i"}`;
    const path = writeLog(logsDir, "rust", []);
    writeFileSync(
      path,
      `{"seq":0,"ts":"2026-01-05T10:11:12.123456789+00:00",${head},"type":"session_started","command":"exec","model":null,"cwd":"/repo","resumed":false,"backfilled":false}\n${limit}\n${limit}\n`,
    );
    expect(catalogue.get("rust")).toMatchObject({
      events: 3,
      started_at: "2026-01-05T10:11:12.123Z",
      last: "2026-01-05T10:11:13.500Z",
      workspace: "/repo",
    });
  });

  it("keeps to the first of two logs with one id", () => {
    const { catalogue, logsDir, home } = openCatalogue();
    writeLog(logsDir, "twin", [started({ cwd: "/first" })]);
    expect(catalogue.list(query()).total).toBe(1);
    const second = writeLog(join(home.dir, "projects", "p", "logs"), "TWIN", [started({ cwd: "/second" })]);
    expect(catalogue.list(query()).sessions.map(({ workspace }) => workspace)).toEqual(["/first"]);
    rmSync(Home.logPath(logsDir, "twin"));
    expect(catalogue.list(query()).sessions.map(({ workspace }) => workspace)).toEqual(["/second"]);
    expect(catalogue.get("twin")?.log_path).toBe(second);
  });

  it("finds the second of two logs with one id when the first goes, also in a folder that was looked through long ago", () => {
    const { catalogue, logsDir, home } = openCatalogue();
    const first = writeLog(logsDir, "twin", [started({ cwd: "/first" })]);
    expect(catalogue.list(query()).total).toBe(1);
    const second = writeLog(join(home.dir, "projects", "p", "logs"), "TWIN", [started({ cwd: "/second" })]);
    const longAgo = new Date(Date.now() - 60_000);
    for (const path of [first, second]) utimesSync(dirname(path), longAgo, longAgo);
    for (let looks = 0; looks < 2; looks += 1) expect(catalogue.list(query()).sessions.map(({ workspace }) => workspace)).toEqual(["/first"]);
    rmSync(first);
    expect(catalogue.list(query()).sessions.map(({ workspace }) => workspace)).toEqual(["/second"]);
    expect(catalogue.get("twin")?.log_path).toBe(second);
  });

  it("is ready without blocking where it builds in the background", async () => {
    const homeDir = tempDir();
    for (let nth = 0; nth < 300; nth++) writeLog(join(homeDir, "logs"), `s-${nth}`, [started()]);
    const { catalogue } = openCatalogue({ homeDir });
    await catalogue.ready();
    expect(catalogue.list(query({ limit: 5 })).total).toBe(300);
  });
});

describe("Catalogue.seqOffset()", () => {
  it("gives a place at or before the line behind a seq, whoever wrote the log", () => {
    const { catalogue, logs, logsDir } = openCatalogue();
    logs.create("mine", { provider: "acme", providerSessionId: null }, logsDir);
    for (let nth = 0; nth < 900; nth++) logs.append("mine", [draft(said(`m${nth}`))]);
    logs.append("mine", Array.from({ length: 900 }, () => draft(said("x".repeat(50)))));
    const theirs = writeLog(logsDir, "theirs", Array.from({ length: 1500 }, () => said("y")));
    for (const id of ["mine", "theirs"]) {
      catalogue.get(id);
      const text = readFileSync(Home.logPath(logsDir, id));
      expect(catalogue.seqOffset(id, 10)).toBeUndefined();
      for (const seq of [400, 900, 901, 1300, 1499]) {
        const offset = catalogue.seqOffset(id, seq);
        expect(offset).toBeGreaterThan(0);
        const line = JSON.parse(text.subarray(offset, text.indexOf(10, offset)).toString()) as { seq: number };
        expect(line.seq).toBeLessThanOrEqual(seq);
        expect(line.seq).toBeGreaterThan(seq - 300);
      }
    }
    expect(catalogue.seqOffset("nobody", 500)).toBeUndefined();
    rmSync(theirs);
    expect(catalogue.seqOffset("theirs", 500)).toBeUndefined();
  });
});
