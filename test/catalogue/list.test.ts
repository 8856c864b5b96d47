import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CoreError } from "../../src/errors.js";
import type { Catalogue } from "../../src/catalogue/catalogue.js";
import { answered, beat, called, ended, said, started, writeLog } from "./log-lines.js";
import { idsOf, openCatalogue, query } from "./open-catalogue.js";

const at = (minutes: number): number => Date.UTC(2026, 0, 1, 0, minutes);

function codeOf(step: () => unknown): string {
  try {
    step();
  } catch (error) {
    return (error as CoreError).code;
  }
  return "none";
}

/** Four sessions; the last event of each stands at the minute that its name says. */
function smallHome(options: Parameters<typeof openCatalogue>[0] = {}): Catalogue {
  const { catalogue, logsDir, home } = openCatalogue(options);
  const other = join(home.dir, "projects", "repo", "logs");
  writeLog(logsDir, "at-2", [started({ cwd: "/repo" }), said("Fix the Importer 100%")], {});
  writeLog(logsDir, "at-3", [started({ cwd: "/repo/sub", parent_session_id: "at-2" }), said("child"), ended()], { provider: "codex" });
  writeLog(other, "at-4", [started({ cwd: "/repo2" }), said("x"), called("Read", { file_path: "src/a.ts" }), answered("ÄRGER")], { provider: "codex" });
  writeLog(other, "at-12", [started({ cwd: "/repo/sub/", title: "Given title" }), called("Edit", { file_path: "/repo/src/a.ts" })], { firstSeq: 11 });
  return catalogue;
}

describe("Catalogue.list()", () => {
  it("gives top sessions, the one with the latest event first", () => {
    const page = smallHome().list(query());
    expect(idsOf(page)).toEqual(["at-12", "at-4", "at-2"]);
    expect(page.total).toBe(3);
    expect(page.sessions[0]).toMatchObject({ title: "Given title", provider: "claude", status: "stale", events: 2, last: "2026-01-01T00:12:00.000Z" });
    expect(page.sessions[0]?.parent).toBeUndefined();
    expect(page.sessions[2]).toMatchObject({ title: "Fix the Importer 100%", workspace: "/repo", user_messages: 1 });
  });

  it("gives children when they are asked for", () => {
    const page = smallHome().list(query({ includeChildren: true }));
    expect(idsOf(page)).toEqual(["at-12", "at-4", "at-3", "at-2"]);
    expect(page.sessions[2]).toMatchObject({ parent: "at-2", status: "ended", ended_at: "2026-01-01T00:03:00.000Z" });
  });

  const filters: [string, Parameters<typeof query>[0], string[]][] = [
    ["provider", { provider: "codex" }, ["at-4", "at-3"]],
    ["a provider nobody has", { provider: "none" }, []],
    ["workspace, in it or below", { workspace: "/repo" }, ["at-12", "at-3", "at-2"]],
    ["workspace with a slash at its end", { workspace: "/repo/" }, ["at-12", "at-3", "at-2"]],
    ["workspace on whole components", { workspace: "/repo/su" }, []],
    ["workspace, the root", { workspace: "/" }, ["at-12", "at-4", "at-3", "at-2"]],
    ["a whole file", { file: "/repo/src/a.ts" }, ["at-12"]],
    ["the ending of a file", { file: "src/a.ts" }, ["at-12", "at-4"]],
    ["the ending of a file on whole components", { file: "c/a.ts" }, []],
    ["a file that was named from its workspace", { file: "/repo2/src/a.ts" }, ["at-4"]],
    ["since, inclusive", { sinceMs: at(4) }, ["at-12", "at-4"]],
    ["until, inclusive", { untilMs: at(4) }, ["at-4", "at-3", "at-2"]],
    ["since and until", { sinceMs: at(3), untilMs: at(3) }, ["at-3"]],
    ["text in a title, in any case", { text: "fix THE" }, ["at-2"]],
    ["text in an id", { text: "AT-1" }, ["at-12"]],
    ["text taken as it is", { text: "100%" }, ["at-2"]],
    ["text with a wildcard that is none", { text: "F%x" }, []],
    ["status ended", { status: "ended" }, ["at-3"]],
    ["status stale", { status: "stale" }, ["at-12", "at-4", "at-2"]],
    ["status live", { status: "live" }, []],
    ["several", { provider: "claude", workspace: "/repo", text: "title", status: "stale", sinceMs: at(1) }, ["at-12"]],
  ];
  it.each(filters)("filters by %s", (_name, filter, expected) => {
    const page = smallHome().list(query({ includeChildren: true, ...filter }));
    expect(idsOf(page)).toEqual(expected);
    expect(page.total).toBe(expected.length);
  });

  it("counts children out of totals as out of lists", () => {
    const catalogue = smallHome();
    for (const filter of [{ provider: "codex" }, { workspace: "/repo" }, { status: "ended" as const }, { text: "t" }, {}]) {
      const page = catalogue.list(query(filter));
      expect(page.total).toBe(page.sessions.length);
    }
  });

  it("knows as live what was heard of within 30 s, heartbeats included, and what is named to it", () => {
    const live: { sessionId: string; provider: string }[] = [];
    const { catalogue, logsDir } = openCatalogue({ now: () => at(10), live: () => live });
    const ts = new Date(at(10) - 29_000).toISOString();
    writeLog(logsDir, "beats", [started(), beat({ ts })]);
    writeLog(logsDir, "speaks", [started(), said("x", { ts })]);
    writeLog(logsDir, "done", [started(), said("x", { ts }), ended({ ts })]);
    writeLog(logsDir, "quiet", [started(), said("x", { ts: new Date(at(10) - 31_000).toISOString() })]);
    writeLog(logsDir, "named", [started({ provider_session_id: "native" })]);
    const liveIds = (): string[] => idsOf(catalogue.list(query({ status: "live" }))).toSorted();
    expect(liveIds()).toEqual(["beats", "speaks"]);
    live.push({ sessionId: "native", provider: "claude" }, { sessionId: "quiet", provider: "claude" }, { sessionId: "done", provider: "claude" });
    expect(liveIds()).toEqual(["beats", "named", "quiet", "speaks"]);
    live[0] = { sessionId: "native", provider: "codex" };
    expect(liveIds()).toEqual(["beats", "quiet", "speaks"]);
    const stale = catalogue.list(query({ status: "stale" }));
    expect([idsOf(stale), stale.total]).toEqual([["named"], 1]);
    expect(catalogue.get("beats")).toMatchObject({ status: "live", last: "2026-01-01T00:01:00.000Z", events: 1 });
    expect(catalogue.get("done")?.status).toBe("ended");
  });

  it("walks page by page with cursors, from behind any session of a page", () => {
    const catalogue = smallHome();
    const first = catalogue.list(query({ includeChildren: true, limit: 2 }));
    expect(first.total).toBe(4);
    const second = catalogue.list(query({ includeChildren: true, limit: 2, cursor: first.cursorAfter[1]! }));
    expect(idsOf(second)).toEqual(["at-3", "at-2"]);
    expect(second.cursorAfter[1]).toBeUndefined();
    const middle = catalogue.list(query({ includeChildren: true, limit: 5, cursor: first.cursorAfter[0]! }));
    expect(idsOf(middle)).toEqual(["at-4", "at-3", "at-2"]);
  });

  it("refuses a cursor of other filters, and what is no cursor", () => {
    const catalogue = smallHome();
    const cursor = catalogue.list(query({ limit: 1, sinceMs: at(1) })).cursorAfter[0]!;
    expect(codeOf(() => catalogue.list(query({ sinceMs: at(1), cursor })))).toBe("none");
    expect(codeOf(() => catalogue.list(query({ limit: 7, sinceMs: at(1), cursor })))).toBe("none");
    expect(codeOf(() => catalogue.list(query({ cursor })))).toBe("INVALID_CURSOR");
    expect(codeOf(() => catalogue.list(query({ sinceMs: at(0), cursor })))).toBe("INVALID_CURSOR");
    expect(codeOf(() => catalogue.list(query({ sinceMs: at(1), provider: "claude", cursor })))).toBe("INVALID_CURSOR");
    for (const bad of ["", "x", "e30", Buffer.from("[]").toString("base64url"), `${cursor}!`.slice(3)]) {
      expect(codeOf(() => catalogue.list(query({ sinceMs: at(1), cursor: bad })))).toBe("INVALID_CURSOR");
    }
  });

  it("keeps the time that an age meant when the walk began", () => {
    let now = at(12);
    const catalogue = smallHome({ now: () => now });
    const age = (): number => now - 8 * 60_000;
    const first = catalogue.list(query({ limit: 1, sinceMs: age() }));
    expect(idsOf(first)).toEqual(["at-12"]);
    now += 60_000;
    expect(idsOf(catalogue.list(query({ limit: 1, sinceMs: age(), cursor: first.cursorAfter[0]! })))).toEqual(["at-4"]);
  });
});
