import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { EventDraft } from "../../src/schema/event.js";
import type { StatsGrouping, StatsPage, StatsQuery } from "../../src/schema/ports.js";
import { answered, beat, called, ended, growLog, said, started, writeLog, type Line } from "./log-lines.js";
import { openCatalogue, type Opened } from "./open-catalogue.js";
import { readEvents, recount, type CountedSession } from "./recount-stats.js";
import { pick, seededRandom } from "./seeded-random.js";

const groupings: StatsGrouping[] = ["none", "session", "provider", "model", "workspace", "day", "agent", "tool", "tool_kind", "file"];
const zones = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Asia/Kathmandu"];

function ask(rest: Partial<StatsQuery> = {}): StatsQuery {
  return { includeChildren: true, limit: 10_000, groupBy: "none", timeZone: "UTC", ...rest };
}

const usage = (fields: Record<string, unknown> = {}): Line => ({ type: "usage", input_tokens: 10, output_tokens: 2, ...fields });
const result = (fields: Record<string, unknown> = {}): Line => ({ type: "tool_result", tool_name: null, tool_id: null, success: true, output: "", error: null, data: null, ...fields });

/** Random events whose times are whole seconds, mostly seconds apart, with pauses, steps back and days between them. */
function eventMaker(random: () => number): () => Line {
  const whole = (below: number): number => Math.floor(random() * below);
  let ms = Date.UTC(2026, 2, 27) + whole(3 * 86_400) * 1000;
  let calls = 0;
  const models = ["m1", "m2"];
  const maybeModel = (): Record<string, unknown> => (random() < 0.4 ? { model: pick(random, models) } : {});
  const file = (): string => `/w/f${whole(5)}`;
  return () => {
    ms += pick(random, [1, 5, 60, 200, 299, 300, 301, 4000, 20_000, -400]) * 1000;
    const common = { ts: random() < 0.01 ? "" : new Date(ms).toISOString(), ...pick<Record<string, unknown>>(random, [{}, {}, { agent_id: "a1" }, { agent_id: "__proto__" }]) };
    const event = pick<() => Line>(random, [
      () => said("x"),
      () => answered("x", maybeModel()),
      () => called("Read", { file_path: file() }, { tool_id: `c${calls++}`, tool_kind: "file_read" }),
      () => called("Bash", { command: "ls" }, { tool_id: pick(random, [null, `c${calls++}`]), tool_kind: "shell" }),
      () => result({ tool_id: `c${calls - 1 - whole(3)}`, success: pick(random, [true, false, null]) }),
      () => result({ tool_name: "Grep", tool_kind: "search", success: pick(random, [true, false]) }),
      () => usage({ input_tokens: whole(1000), output_tokens: whole(100), ...maybeModel() }),
      () => usage({ cache_read_tokens: whole(5000), total_cost_usd: whole(1000) / 1000 }),
      () => usage({ cache_creation_tokens: 0 }),
      () => beat(),
      () => ended(),
      () => ({ type: "kind_of_tomorrow", model: "m9" }),
    ])();
    return { ...event, ...common };
  };
}

function toDraft({ ts, agent_id: agentId, ...kind }: Line): EventDraft {
  const time = ts === "" ? {} : { ts: String(ts) };
  return { sourceKind: "wrapper", kind: kind as unknown as EventDraft["kind"], ...time, ...(agentId === undefined ? {} : { extras: { agent_id: String(agentId) } }) };
}

const fileOf = (call: Record<string, unknown>): string | undefined => (call["input"] as { file_path?: string } | null)?.file_path;
const bare = (sums: StatsPage["totals"]): Record<string, number> =>
  Object.fromEntries(Object.entries(sums).filter(([name]) => name !== "key").map(([name, value]) => [name, Math.round(Number(value) * 1e6) / 1e6]));
const byKey = (page: StatsPage): Map<string, Record<string, number>> => new Map(page.groups.map((group) => [group.key, bare(group)]));

function counted({ catalogue, logs }: Opened, ids: readonly string[]): CountedSession[] {
  return ids.map((id) => {
    const session = catalogue.get(id);
    return { id, provider: session?.provider ?? "", workspace: session?.workspace ?? "unknown", events: readEvents(logs.find(id)?.path ?? "") };
  });
}

function expectRecounted(opened: Opened, ids: readonly string[], note: string): void {
  const sessions = counted(opened, ids);
  for (const groupBy of groupings) {
    for (const timeZone of groupBy === "day" ? zones : ["UTC"]) {
      const page = opened.catalogue.stats(ask({ groupBy, timeZone }));
      const plain = recount(groupBy, sessions, { timeZone, file: fileOf });
      expect(byKey(page), `${note}, ${groupBy}, ${timeZone}`).toEqual(plain.groups);
      expect(bare(page.totals), `${note}, ${groupBy}, totals`).toEqual(plain.totals);
    }
  }
}

describe("statistics of a home that changes all the time", () => {
  it("equal a recount of its logs, whoever wrote them and whatever became of them", { timeout: 120_000 }, () => {
    const seed = Date.now() % 1e9;
    const random = seededRandom(seed);
    const one = openCatalogue();
    const other = openCatalogue({ homeDir: one.home.dir });
    const ids = Array.from({ length: 25 }, (_, nth) => `session-${nth}`);
    const makers = new Map(ids.map((id) => [id, eventMaker(random)]));
    const batch = (id: string): Line[] => Array.from({ length: 1 + Math.floor(random() * 8) }, () => makers.get(id)?.() ?? beat());
    for (const id of ids) {
      one.logs.create(id, { provider: pick(random, ["claude", "codex"]), providerSessionId: null }, one.logsDir);
      one.logs.append(id, [toDraft({ ...started({ cwd: pick(random, ["/w/a", "/w/b", null]), model: pick(random, ["m1", null]) }), ts: new Date(Date.UTC(2026, 2, 27)).toISOString() })]);
    }
    for (let step = 0; step < 500; step++) {
      const id = pick(random, ids);
      const path = one.logs.find(id)?.path ?? "";
      const chance = random();
      if (chance < 0.2) growLog(path, id, batch(id), { firstSeq: 10_000 + step * 10 });
      else if (chance < 0.3) pick(random, [one, other]).catalogue.stats(ask());
      else if (chance < 0.33) {
        // Another file in its place, with its second half gone.
        const lines = readFileSync(path, "utf8").split("\n");
        writeFileSync(`${path}.new`, `${lines.slice(0, Math.ceil(lines.length / 2)).join("\n")}\n`);
        renameSync(`${path}.new`, path);
        one.catalogue.get(id);
      } else one.logs.append(id, [said("x"), ...batch(id).filter(({ type }) => type !== "kind_of_tomorrow")].map(toDraft));
    }
    expectRecounted(one, ids, `seed ${seed}, one`);
    expectRecounted(other, ids, `seed ${seed}, other`);
  });

  it("are the same when the catalogue is made anew", () => {
    const seed = Date.now() % 1e9;
    const random = seededRandom(seed);
    const one = openCatalogue();
    const next = eventMaker(random);
    const path = writeLog(one.logsDir, "s", [started({ model: "m1" })]);
    for (let step = 0; step < 60; step++) {
      growLog(path, "s", [next(), next()], { firstSeq: 2 + step * 2 });
      one.catalogue.get("s");
    }
    expectRecounted(one, ["s"], `seed ${seed}`);
    const fresh = openCatalogue();
    writeFileSync(writeLog(fresh.logsDir, "s", []), readFileSync(path));
    for (const groupBy of groupings) {
      const [again, before] = [fresh, one].map(({ catalogue }) => catalogue.stats(ask({ groupBy })));
      if (!again || !before) throw new Error("There are two");
      expect([byKey(again), bare(again.totals)], `seed ${seed}, ${groupBy}`).toEqual([byKey(before), bare(before.totals)]);
    }
  });
});

describe("Catalogue.stats()", () => {
  const at = (text: string): { ts: string } => ({ ts: `2026-01-${text}.000Z` });

  it("leaves out what no event says, and keeps a 0 that one says", () => {
    const { logsDir, catalogue } = openCatalogue();
    writeLog(logsDir, "silent", [said("x", at("01T10:00:00"))]);
    expect(catalogue.stats(ask()).totals).toEqual({ sessions: 1, events: 1, userMessages: 1 });
    writeLog(logsDir, "zero", [usage({ ...at("01T10:00:00"), input_tokens: 0, output_tokens: 0, cache_read_tokens: 0 })]);
    expect(catalogue.stats(ask({ sessionId: "ZERO" })).totals).toEqual({ sessions: 1, events: 1, inputTokens: 0, outputTokens: 0, cacheReadTokens: 0 });
    expect(openCatalogue().catalogue.stats(ask({ groupBy: "day" }))).toEqual({ groups: [], totals: { sessions: 0, events: 0 }, cursorAfter: [] });
  });

  it("adds up gaps of less than 5 minutes, in whatever order the events came, and cuts them at midnight", () => {
    const { logsDir, catalogue } = openCatalogue();
    writeLog(logsDir, "s", [
      said("x", at("01T23:58:00")),
      said("x", at("02T00:06:59")),
      said("x", at("02T00:02:00")),
      said("x", at("02T00:11:59")),
      beat(at("02T00:13:00")),
    ]);
    const page = catalogue.stats(ask({ groupBy: "day" }));
    expect(page.groups.map(({ key, durationMs }) => [key, durationMs])).toEqual([["2026-01-02", (2 * 60 + 299) * 1000], ["2026-01-01", 120_000]]);
    expect(page.totals.durationMs).toBe((4 * 60 + 299) * 1000);
  });

  it("gives what was done before a model was named to the first that is named", () => {
    const { logsDir, catalogue } = openCatalogue();
    const path = writeLog(logsDir, "s", [started(), said("x")]);
    expect(catalogue.stats(ask({ groupBy: "model" })).groups.map(({ key }) => key)).toEqual(["unknown"]);
    growLog(path, "s", [answered("x", { model: "m1" }), called("Bash", {}), usage({ model: "m2" })], { firstSeq: 3 });
    expect(catalogue.stats(ask({ groupBy: "model" })).groups).toMatchObject([
      { key: "m2", events: 1, inputTokens: 10 },
      { key: "m1", events: 4, userMessages: 1, toolCalls: 1 },
    ]);
  });

  it("counts a result without a name for its call's tool and file", () => {
    const { logsDir, catalogue } = openCatalogue();
    const path = writeLog(logsDir, "s", [started({ cwd: "/w" }), called("Edit", { file_path: "a.ts" }, { tool_id: "c1" })]);
    expect(catalogue.stats(ask({ groupBy: "file" })).groups).toEqual([{ key: "/w/a.ts", sessions: 1, events: 1, toolCalls: 1 }]);
    growLog(path, "s", [result({ tool_id: "c1", success: false }), result({ tool_id: "c1", success: false })], { firstSeq: 3 });
    expect(catalogue.stats(ask({ groupBy: "file" })).groups).toEqual([{ key: "/w/a.ts", sessions: 1, events: 2, toolCalls: 1, toolErrors: 1 }]);
    expect(catalogue.stats(ask({ groupBy: "tool_kind" })).groups).toEqual([
      { key: "file_edit", sessions: 1, events: 2, toolCalls: 1, toolErrors: 1 },
      { key: "unknown", sessions: 1, events: 1, toolErrors: 1 },
    ]);
  });

  it("sums up the sessions that the filters leave", () => {
    const now = Date.UTC(2026, 0, 20);
    const { logsDir, catalogue } = openCatalogue({ now: () => now });
    const done = { model: "m", ...at("02T10:00:00") };
    writeLog(logsDir, "a", [started({ cwd: "/w/a", title: "Alpha", ...at("01T10:00:00") }), usage(done), ended(at("02T10:00:01"))]);
    writeLog(logsDir, "b", [started({ cwd: "/w/a/deep", ...at("01T10:00:00") }), called("Edit", { file_path: "x.ts" }, at("05T10:00:00")), usage(at("05T10:00:00"))], { provider: "codex" });
    writeLog(logsDir, "child", [started({ cwd: "/w/b", parent_session_id: "a", ...at("01T10:00:00") }), usage(at("09T10:00:00"))]);
    const sessions = (rest: Partial<StatsQuery>): string[] => catalogue.stats(ask({ groupBy: "session", ...rest })).groups.map(({ key }) => key).toSorted();
    expect(sessions({})).toEqual(["a", "b", "child"]);
    expect(sessions({ includeChildren: false })).toEqual(["a", "b"]);
    expect(sessions({ provider: "codex" })).toEqual(["b"]);
    expect(sessions({ workspace: "/w/a" })).toEqual(["a", "b"]);
    expect(sessions({ file: "x.ts" })).toEqual(["b"]);
    expect(sessions({ status: "ended" })).toEqual(["a"]);
    expect(sessions({ status: "stale" })).toEqual(["b", "child"]);
    expect(sessions({ sinceMs: Date.UTC(2026, 0, 5), untilMs: Date.UTC(2026, 0, 6) })).toEqual(["b"]);
    expect(sessions({ text: "alpha" })).toEqual(["a"]);
    expect(sessions({ sessionId: "child", includeChildren: false })).toEqual(["child"]);
    expect(sessions({ sessionId: "nobody" })).toEqual([]);
    expect(catalogue.stats(ask({ workspace: "/w/a", groupBy: "tool" }))).toMatchObject({ groups: [{ key: "Edit", toolCalls: 1 }], totals: { sessions: 2, inputTokens: 20 } });
  });

  it("refuses a time zone that nobody knows, and cursors that are none of this query", () => {
    const { logsDir, catalogue } = openCatalogue();
    for (const id of ["a", "b"]) writeLog(logsDir, id, [usage()]);
    expect(() => catalogue.stats(ask({ groupBy: "day", timeZone: "Mars/Olympus" }))).toThrow(/^INVALID_ARGUMENT|timezone "Mars\/Olympus" is not known/);
    const cursor = catalogue.stats(ask({ groupBy: "session", limit: 1 })).cursorAfter[0] ?? "";
    expect(() => catalogue.stats(ask({ groupBy: "session", cursor: "nonsense" }))).toThrow("The cursor is none of session_stats");
    expect(() => catalogue.stats(ask({ groupBy: "provider", cursor }))).toThrow("The cursor belongs to statistics with other filters or groups");
    expect(catalogue.stats(ask({ groupBy: "session", limit: 1, cursor })).groups.map(({ key }) => key)).toEqual(["b"]);
  });
});

describe("a walk through groups", () => {
  it("repeats nothing and skips nothing that was there when it began, whatever grows meanwhile", () => {
    const seed = Date.now() % 1e9;
    const random = seededRandom(seed);
    const opened = openCatalogue();
    const ids = Array.from({ length: 40 }, (_, nth) => `s-${nth}`);
    const paths = new Map(ids.map((id) => [id, writeLog(opened.logsDir, id, [usage({ input_tokens: Math.floor(random() * 1000) })])]));
    const query = ask({ groupBy: "session", limit: 7 });
    const first = opened.catalogue.stats(ask({ groupBy: "session" }));
    expect(first.groups.map(({ inputTokens = 0 }) => inputTokens)).toEqual(first.groups.map(({ inputTokens = 0 }) => inputTokens).toSorted((one, other) => other - one));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = opened.catalogue.stats({ ...query, ...(cursor === undefined ? {} : { cursor }) });
      // A budget may cut a page short: the walk goes on behind what was shown.
      const shown = 1 + Math.floor(random() * page.groups.length);
      seen.push(...page.groups.slice(0, shown).map(({ key }) => key));
      cursor = page.cursorAfter[shown - 1];
      for (let times = 0; times < 10; times++) {
        const id = pick(random, ids);
        growLog(paths.get(id) ?? "", id, [usage({ input_tokens: Math.floor(random() * 3000) })], { firstSeq: 2 });
      }
    } while (cursor !== undefined);
    expect(seen.toSorted(), `seed ${seed}`).toEqual(ids.toSorted());
  });

  it("goes on from the same place in another process", () => {
    const one = openCatalogue();
    for (let nth = 0; nth < 9; nth++) writeLog(one.logsDir, `s-${nth}`, [usage({ input_tokens: 100 - nth })]);
    const query = ask({ groupBy: "session", limit: 4 });
    const cursor = one.catalogue.stats(query).cursorAfter[3] ?? "";
    const other = openCatalogue({ homeDir: join(one.home.dir) });
    expect(other.catalogue.stats({ ...query, cursor }).groups.map(({ key }) => key)).toEqual(["s-4", "s-5", "s-6", "s-7"]);
  });
});
