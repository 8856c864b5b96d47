import { appendFileSync, mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openDatabase } from "../../src/io/sqlite.js";
import type { AgentLogEvent } from "../../src/schema/event.js";
import { readLogs } from "../helpers/logged.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";
import { zstdOf } from "../helpers/zstd.js";
import { acme, titleFact, type AcmeRecord } from "./acme.js";
import { openIngest, type OpenIngest } from "./open-ingest.js";

const once = { dryRun: false, force: false } as const;

interface Opened extends OpenIngest {
  /** The provider's folder. */
  root: string;
}

function open(options: Parameters<typeof openIngest>[0] = {}): Opened {
  const homeDir = tempDir();
  const root = join(homeDir, ".acme");
  mkdirSync(join(root, "s"), { recursive: true });
  return { ...openIngest({ providers: [acme], enabled: ["acme"], environment: { homeDir, variables: {}, platform: "linux" }, ...options }), root };
}

const lines = (...records: AcmeRecord[]) => records.map((record) => `${JSON.stringify(record)}\n`).join("");
const log = ({ dir }: Opened, id: string): AgentLogEvent[] => readLogs(dir).get(id) ?? [];
const said = (opened: Opened, id: string) => log(opened, id).flatMap((event) => (event.type === "user_message" ? [event.content] : []));
const told = (opened: Opened, id: string) => log(opened, id).map((event) => (event.type === "provider_status" ? `${event.message}: ${JSON.stringify(event.data)}` : event.type));

/** Long enough ago that a writer is not at it any more. */
function age(path: string): void {
  const past = new Date(Date.now() - 3_600_000);
  utimesSync(path, past, past);
}

it("reads a document again when it was rewritten, and says only what is new", async () => {
  const opened = open();
  const path = join(opened.root, "s/doc.json");
  writeFileSync(path, JSON.stringify([{ id: "a", say: "one" }]));
  age(path);
  await opened.ingest.import(once);
  writeFileSync(path, JSON.stringify([{ id: "a", say: "masked" }, { id: "b", say: "two" }]));
  age(path);
  expect(await opened.ingest.import(once)).toMatchObject({ updated: 1, events: 1 });
  expect(said(opened, "doc")).toEqual(["one", "two"]);
  expect(log(opened, "doc").map(({ source_kind }) => source_kind)).toEqual(["backfill", "backfill", "provider_file"]);
  expect(await opened.ingest.import(once)).toMatchObject({ unchanged: 1, events: 0, bytes: 0 });
});

it("waits for the rest of a document that is seen half written, and warns of one that stays so", async () => {
  const opened = open();
  opened.ingest.startBackground();
  await opened.ingest.settled();
  const path = join(opened.root, "s/doc.json");
  const whole = JSON.stringify([{ id: "a", say: "one" }]);
  writeFileSync(path, whole.slice(0, 9));
  writeFileSync(join(opened.root, "s/other.jsonl"), lines({ id: "x", say: "seen" }));
  await waitFor("another session", () => said(opened, "other").length === 1);
  expect(log(opened, "doc")).toEqual([]);
  writeFileSync(path, whole);
  await waitFor("the document", () => said(opened, "doc").join() === "one");
  expect(told(opened, "doc")).toEqual(["session_started", "user_message"]);
  writeFileSync(path, whole.slice(0, 9));
  age(path);
  await waitFor("the warning", () => told(opened, "doc").includes("parse_warning"));
});

it("reads packed files, and goes on by what they hold when they are unpacked again", async () => {
  const opened = open();
  const packed = join(opened.root, "s/z.jsonl.zst");
  const records = Array.from({ length: 2000 }, (_, n) => ({ id: `r${n}`, say: `text ${n} ${"-".repeat(200)}` }));
  writeFileSync(packed, zstdOf(Buffer.from(lines(...records))));
  expect(await opened.ingest.import(once)).toMatchObject({ imported: 1, events: 2001, failed: [] });
  expect(said(opened, "z")).toEqual(records.map(({ say }) => say));
  expect(await opened.ingest.import(once)).toMatchObject({ unchanged: 1, events: 0, bytes: 0 });
  rmSync(packed);
  writeFileSync(join(opened.root, "s/z.jsonl"), lines(...records, { id: "last", say: "more" }));
  await opened.ingest.import(once);
  expect(said(opened, "z").slice(-2)).toEqual([records.at(-1)?.say, "more"]);
  expect(said(opened, "z")).toHaveLength(2001);
});

it("reports a packed file that is damaged, with what could be read of it", async () => {
  const opened = open();
  const records = Array.from({ length: 20_000 }, (_, n) => ({ id: `r${n}`, say: `text ${n}` }));
  const packed = zstdOf(Buffer.from(lines(...records)));
  writeFileSync(join(opened.root, "s/z.jsonl.zst"), packed.subarray(0, packed.length / 2));
  writeFileSync(join(opened.root, "s/y.jsonl"), lines({ id: "y", say: "fine" }));
  const report = await opened.ingest.import(once);
  expect(report.failed).toEqual([{ path: join(opened.root, "s/z.jsonl.zst"), error: "EZSTD" }]);
  expect(said(opened, "y")).toEqual(["fine"]);
  expect(said(opened, "z")[0]).toBe("text 0");
});

it("writes each session of a file that holds several into a log of its own", async () => {
  const opened = open();
  const path = join(opened.root, "s/both.jsonl");
  writeFileSync(path, lines({ id: "a", say: "mine" }, { id: "b", say: "yours", session: "second" }));
  await opened.ingest.import(once);
  appendFileSync(path, lines({ id: "c", say: "yours too", session: "second" }, { id: "d", say: "mine too" }));
  await opened.ingest.import(once);
  expect(said(opened, "both")).toEqual(["mine", "mine too"]);
  expect(said(opened, "second")).toEqual(["yours", "yours too"]);
  expect(log(opened, "second")[0]).toMatchObject({ type: "session_started", wrapper_session_id: "second", provider_session_id: "second", source_paths: [path] });
});

it("takes the folder of a session from a file beside it", async () => {
  const opened = open({ exclude: ["/hidden"] });
  writeFileSync(join(opened.root, "s/seen.cwd"), "/work");
  writeFileSync(join(opened.root, "s/seen.jsonl"), lines({ id: "a", say: "hello" }));
  writeFileSync(join(opened.root, "s/unseen.cwd"), "/hidden/deep");
  writeFileSync(join(opened.root, "s/unseen.jsonl"), lines({ id: "a", say: "hush" }));
  await opened.ingest.import(once);
  expect(log(opened, "seen")[0]).toMatchObject({ type: "session_started", cwd: "/work" });
  expect([...readLogs(opened.dir).keys()]).toEqual(["seen"]);
});

it("looks into no folder that holds nothing for it", async () => {
  const opened = open();
  mkdirSync(join(opened.root, "s/private"));
  writeFileSync(join(opened.root, "s/private/x.jsonl"), lines({ id: "a", say: "hush" }));
  await opened.ingest.import(once);
  expect(readLogs(opened.dir).size).toBe(0);
});

it("writes what other files tell of a session where it belongs by time, once, and only with the session", async () => {
  const opened = open();
  const at = (minute: number) => `2026-02-01T10:0${minute}:00.000Z`;
  const end = { nativeSessionId: "a", origin: "end/0", ts: at(2), kind: { type: "session_ended", success: true, error: null } };
  writeFileSync(join(opened.root, "titles.json"), JSON.stringify([titleFact("a", "early", at(0)), titleFact("a", "timeless"), titleFact("b", "nobody"), end]));
  writeFileSync(join(opened.root, "s/a.jsonl"), lines({ id: "1", say: "one", ts: at(1) }, { id: "3", say: "three", ts: at(3) }));
  await opened.ingest.import(once);
  expect(told(opened, "a")).toEqual(["session_started", 'title: "early"', "user_message", "session_ended", "user_message", 'title: "timeless"']);
  expect(log(opened, "a").at(-1)).toMatchObject({ ts: at(3), source_kind: "backfill" });
  expect([...readLogs(opened.dir).keys()]).toEqual(["a"]);
  expect(await opened.ingest.import(once)).toMatchObject({ events: 0, bytes: 0 });
  writeFileSync(join(opened.root, "s/b.jsonl"), lines({ id: "1", say: "here" }));
  await opened.ingest.import(once);
  expect(told(opened, "b")).toEqual(["session_started", "user_message", 'title: "nobody"']);
});

it("does not end a session that went on, and says a fact again to a log that lost it", async () => {
  const opened = open();
  const records = [{ id: "1", say: "one", ts: "2026-02-01T10:00:00.000Z" }, { id: "2", say: "two", ts: "2026-02-01T10:05:00.000Z" }];
  writeFileSync(join(opened.root, "s/a.jsonl"), lines(...records));
  await opened.ingest.import(once);
  const end = { nativeSessionId: "a", origin: "end/0", ts: "2026-02-01T10:01:00.000Z", kind: { type: "session_ended", success: true, error: null } };
  writeFileSync(join(opened.root, "titles.json"), JSON.stringify([end, titleFact("a", "named")]));
  await opened.ingest.import(once);
  expect(told(opened, "a")).toEqual(["session_started", "user_message", "user_message", 'title: "named"']);
  rmSync(join(opened.dir, "logs/sessions/a.jsonl"));
  await opened.ingest.import(once);
  expect(told(opened, "a")).toEqual(["session_started", "user_message", "session_ended", "user_message", 'title: "named"']);
});

it("follows files that tell facts, in the watched folders and beside them", async () => {
  const opened = open();
  opened.ingest.startBackground();
  await opened.ingest.settled();
  writeFileSync(join(opened.root, "s/a.jsonl"), lines({ id: "1", say: "one" }));
  await waitFor("the session", () => said(opened, "a").length === 1);
  writeFileSync(join(opened.root, "titles.json"), '[{"half');
  writeFileSync(join(opened.root, "s/a.facts.json"), JSON.stringify([titleFact("a", "inside")]));
  await waitFor("the title inside", () => told(opened, "a").includes('title: "inside"'));
  writeFileSync(join(opened.root, "titles.json"), JSON.stringify([titleFact("a", "beside")]));
  await waitFor("the title beside", () => told(opened, "a").includes('title: "beside"'));
});

it("gives a fact of nobody in particular to the session in its folder that began then", async () => {
  const opened = open();
  const from = Date.parse("2026-02-01T10:02:00.000Z");
  const cleared = { nativeSessionId: "", origin: "cleared:x/0", ts: "2026-02-01T10:02:00.500Z", startedBetweenMs: [from, from + 5000] };
  const fact = { ...cleared, kind: { type: "session_cleared", old_session_id: "a", new_session_id: null } };
  writeFileSync(join(opened.root, "s/a.facts.json"), JSON.stringify([fact]));
  writeFileSync(join(opened.root, "s/a.jsonl"), lines({ id: "1", say: "one", ts: "2026-02-01T10:00:00.000Z" }));
  await opened.ingest.import(once);
  writeFileSync(join(opened.root, "s/b.jsonl"), lines({ id: "1", say: "two", ts: "2026-02-01T10:02:01.000Z" }));
  await opened.ingest.import(once);
  writeFileSync(join(opened.root, "s/c.jsonl"), lines({ id: "1", say: "three", ts: "2026-02-01T10:02:02.000Z" }));
  await opened.ingest.import(once);
  expect(["a", "b", "c"].map((id) => told(opened, id))).toEqual([
    ["session_started", "user_message"],
    ["session_started", "session_cleared", "user_message"],
    ["session_started", "user_message"],
  ]);
  expect(log(opened, "b")[1]).toMatchObject({ old_session_id: "a", new_session_id: "b" });
  rmSync(join(opened.dir, "logs/sessions/b.jsonl"));
  await opened.ingest.import(once);
  expect(told(opened, "b")).toEqual(["session_started", "session_cleared", "user_message"]);
});

it("reads facts from a database of another program and leaves it as it is", async () => {
  const opened = open();
  const path = join(opened.root, "titles.sqlite");
  const db = openDatabase(path);
  db.exec("CREATE TABLE titles (id TEXT, title TEXT); INSERT INTO titles VALUES ('a', 'from a table')");
  writeFileSync(join(opened.root, "s/a.jsonl"), lines({ id: "1", say: "one" }));
  await opened.ingest.import(once);
  db.close();
  expect(told(opened, "a")).toEqual(["session_started", "user_message", 'title: "from a table"']);
  writeFileSync(path, "no database at all");
  expect(await opened.ingest.import(once)).toMatchObject({ events: 0, failed: [] });
});

it("says an agent's events when its call is known, though that is told last", async () => {
  const opened = open();
  opened.ingest.startBackground();
  await opened.ingest.settled();
  const main = join(opened.root, "s/a.jsonl");
  writeFileSync(main, lines({ id: "1", say: "one" }));
  await waitFor("the session", () => said(opened, "a").length === 1);
  mkdirSync(join(opened.root, "s/a"));
  writeFileSync(join(opened.root, "s/a/helper.jsonl"), lines({ id: "h", say: "from the helper" }));
  appendFileSync(main, lines({ id: "2", say: "two" }));
  await waitFor("the second prompt", () => said(opened, "a").length === 2);
  expect(said(opened, "a")).toEqual(["one", "two"]);
  appendFileSync(main, lines({ id: "3", spawned: { agent: "helper", call: "call-7" } }));
  await waitFor("the helper", () => said(opened, "a").length === 3);
  expect(log(opened, "a").at(-1)).toMatchObject({ content: "from the helper", agent_id: "helper", parent_tool_id: "call-7" });
});

it("says an agent's events without a call where none came for long, and names the call when it does come", async () => {
  const opened = open();
  const main = join(opened.root, "s/a.jsonl");
  writeFileSync(main, lines({ id: "1", say: "one" }));
  mkdirSync(join(opened.root, "s/a"));
  const helper = join(opened.root, "s/a/helper.jsonl");
  writeFileSync(helper, lines({ id: "h", say: "from the helper" }));
  age(main);
  age(helper);
  await opened.ingest.import(once);
  expect(log(opened, "a").at(-1)).toMatchObject({ content: "from the helper", agent_id: "helper" });
  expect(log(opened, "a").at(-1)).not.toHaveProperty("parent_tool_id");
  appendFileSync(main, lines({ id: "3", spawned: { agent: "helper", call: "call-7" } }));
  await opened.ingest.import(once);
  expect(log(opened, "a").at(-1)).toMatchObject({ message: "parent_tool_id", data: "call-7", agent_id: "helper", parent_tool_id: "call-7" });
});

it("imports agents of agents at once, in whatever order their files come", async () => {
  const opened = open();
  writeFileSync(join(opened.root, "s/a.jsonl"), lines({ id: "1", say: "one", spawned: { agent: "z-first", call: "call-1" } }));
  mkdirSync(join(opened.root, "s/a"));
  writeFileSync(join(opened.root, "s/a/z-first.jsonl"), lines({ id: "h", say: "from the first", spawned: { agent: "a-second", call: "call-2" } }));
  writeFileSync(join(opened.root, "s/a/a-second.jsonl"), lines({ id: "i", say: "from the second" }));
  await opened.ingest.import(once);
  expect(log(opened, "a").filter((event) => event.type === "user_message" && event.agent_id !== undefined)).toMatchObject([
    { content: "from the first", agent_id: "z-first", parent_tool_id: "call-1" },
    { content: "from the second", agent_id: "a-second", parent_tool_id: "call-2" },
  ]);
});

it("tells that a file lost its end, keeps what that said, and says what came in its place", async () => {
  const opened = open();
  const path = join(opened.root, "s/a.jsonl");
  const [one, two, three] = [lines({ id: "1", say: "one" }), lines({ id: "2", say: "two, at some length" }), lines({ id: "3", say: "3" })];
  writeFileSync(path, one + two);
  await opened.ingest.import(once);
  writeFileSync(path, one + three);
  await opened.ingest.import(once);
  const rewound = `rewound: ${JSON.stringify({ from_bytes: one.length + two.length, to_bytes: one.length + three.length })}`;
  expect(told(opened, "a")).toEqual(["session_started", "user_message", "user_message", "user_message", rewound]);
  expect(said(opened, "a")).toEqual(["one", "two, at some length", "3"]);
  expect(await opened.ingest.import({ dryRun: false, force: true })).toMatchObject({ events: 0 });
});

it("tells from process files that a process went on with a new session, and how it ended", async () => {
  const alive = new Set([71]);
  const opened = open({ isAlive: (pid) => alive.has(pid) });
  opened.ingest.startBackground();
  await opened.ingest.settled();
  const now = () => new Date().toISOString();
  writeFileSync(join(opened.root, "s/a.jsonl"), lines({ id: "1", say: "one", ts: now() }));
  writeFileSync(join(opened.root, "s/a.pid71"), "71");
  await waitFor("the first session", () => opened.ingest.live().length === 1);
  writeFileSync(join(opened.root, "s/b.pid71"), "71");
  rmSync(join(opened.root, "s/a.pid71"));
  await waitFor("the end of the first", () => told(opened, "a").includes("session_ended"));
  expect(log(opened, "a").at(-1)).toMatchObject({ type: "session_ended", success: true });
  writeFileSync(join(opened.root, "s/b.jsonl"), lines({ id: "1", say: "two", ts: now() }));
  await waitFor("the second", () => told(opened, "b").includes("session_cleared"));
  expect(log(opened, "b").find(({ type }) => type === "session_cleared")).toMatchObject({ old_session_id: "a", new_session_id: "b" });
  alive.clear();
  await waitFor("the end of the second", () => told(opened, "b").includes("session_ended"));
  expect(log(opened, "b").at(-1)).toMatchObject({ type: "session_ended", success: false, error: "process 71 ended without a word" });
});

it("says what was told when the session was not read, with the next import", async () => {
  const opened = open();
  const path = join(opened.root, "s/a.jsonl");
  writeFileSync(path, lines({ id: "1", say: "one" }));
  age(path);
  await opened.ingest.import(once);
  writeFileSync(join(opened.root, "titles.json"), JSON.stringify([titleFact("a", "late")]));
  await opened.ingest.import({ ...once, sinceMs: Date.now() });
  expect(told(opened, "a")).not.toContain('title: "late"');
  expect(await opened.ingest.import(once)).toMatchObject({ updated: 1, events: 1, bytes: 0 });
  expect(told(opened, "a").at(-1)).toBe('title: "late"');
  expect(await opened.ingest.import(once)).toMatchObject({ unchanged: 1, events: 0 });
});

it("finds what fits a session among much that names none and never found one", async () => {
  const opened = open();
  const startedMs = Date.parse("2026-02-01T10:00:00.000Z");
  const hourMs = 3_600_000;
  const note = (text: string, fromMs: number, toMs: number) => ({ ...titleFact("", text), startedBetweenMs: [startedMs + fromMs, startedMs + toMs] });
  const others = Array.from({ length: 50 }, (_, nth) => note(`other ${nth}`, (nth - 60) * hourMs, (nth - 60) * hourMs + 5000));
  const facts = [...others, note("wide", -hourMs, 0), note("after", 1, hourMs), note("narrow", 0, 1), note("before", -hourMs, -1)];
  writeFileSync(join(opened.root, "titles.json"), JSON.stringify(facts.toReversed()));
  writeFileSync(join(opened.root, "s/a.jsonl"), lines({ id: "1", say: "one", ts: "2026-02-01T10:00:00.000Z" }));
  await opened.ingest.import(once);
  expect(told(opened, "a")).toEqual(["session_started", "user_message", 'title: "narrow"', 'title: "wide"']);
});

it("leaves a file alone that does not say whose it is, until it changes", async () => {
  let looks = 0;
  let aheadMs = 0;
  const nameless: typeof acme = {
    ...acme,
    classify(root, relativePath) {
      const file = acme.classify(root, relativePath);
      return file && (relativePath.includes("nameless") ? { ...file, nativeSessionId: "" } : file);
    },
    head(bytes) {
      looks += 1;
      return { continues: false, ...(bytes.includes("mine") ? { nativeSessionId: "found" } : {}) };
    },
  };
  const opened = open({ providers: [nameless], now: () => Date.now() + aheadMs });
  const path = join(opened.root, "s/nameless.jsonl");
  writeFileSync(path, lines({ id: "1", say: "whose" }));
  opened.ingest.startBackground();
  await opened.ingest.settled();
  const goOn = async (...ids: string[]): Promise<void> => {
    for (const id of ids) {
      writeFileSync(join(opened.root, `s/${id}.jsonl`), lines({ id: "1", say: id }));
      await waitFor("the session", () => said(opened, id).length === 1);
      aheadMs += 31_000;
    }
  };
  await goOn("a", "b", "c");
  await waitFor("the looks of the import, of whoever follows it, and of one who found it quiet", () => looks === 3);
  await goOn("d", "e", "f", "g", "h", "i");
  expect(looks).toBe(3);
  appendFileSync(path, lines({ id: "2", say: "mine" }));
  await waitFor("the named one", () => said(opened, "found").length === 2);
});
