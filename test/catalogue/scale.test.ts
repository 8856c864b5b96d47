import { describe, expect, it } from "vitest";
import { emptyState } from "../../src/catalogue/session-state.js";
import { catalogueSchema } from "../../src/catalogue/catalogue-schema.js";
import { listSessions } from "../../src/catalogue/list-sessions.js";
import { noFacts } from "../../src/catalogue/session-facts.js";
import { noStats } from "../../src/catalogue/session-stats.js";
import { SessionTable } from "../../src/catalogue/session-table.js";
import { openDatabase, transaction, type Database, type Statement } from "../../src/io/sqlite.js";
import type { SessionQuery } from "../../src/schema/ports.js";
import { query } from "./open-catalogue.js";

const count = 20_000;
const base = Date.UTC(2026, 0, 1);

/** A table of many sessions, written without any logs; `asked` holds the statements that it prepared. */
function bigTable(): { table: SessionTable; asked: Set<string> } {
  const asked = new Set<string>();
  const db = openDatabase(":memory:");
  db.exec(catalogueSchema);
  const noting: Database = {
    exec: (sql) => db.exec(sql),
    close: () => db.close(),
    get isTransaction() {
      return db.isTransaction;
    },
    prepare: (sql): Statement => {
      asked.add(sql);
      return db.prepare(sql);
    },
  };
  const table = new SessionTable(noting);
  transaction(db, () => {
    for (let nth = 0; nth < count; nth++) {
      const state = {
        ...emptyState(nth % 4 ? "claude" : "codex"),
        workspace: `/w/p${nth % 300}`,
        parentSessionId: nth % 5 === 1 ? "parent" : null,
        ended: nth % 3 > 0,
        title: `title ${nth}`,
        lastMs: base + nth * 1000,
        events: 1,
      };
      const file = { logsDir: "/logs", indexedBytes: 1, sizeBytes: 1, inode: nth, mtimeMs: 1, mark: "", markBytes: 0 };
      table.save({ ...file, base: undefined, fromStart: false, id: `id-${nth}`, state, facts: noFacts(), stats: noStats(), offsets: [] }, base);
    }
  });
  asked.clear();
  return { table, asked };
}

describe("a list of many sessions", () => {
  const { table, asked } = bigTable();
  const plansOf = (sql: string): string[] => {
    const marks = sql.match(/\?/g)?.length ?? 0;
    const parameters = Array.from({ length: marks }, () => "[]");
    return table.db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters).map((row) => String(row["detail"]));
  };
  const queries: [string, Partial<SessionQuery>][] = [
    ["nothing", {}],
    ["children too", { includeChildren: true }],
    ["a provider", { provider: "codex" }],
    ["a workspace", { workspace: "/w/p7" }],
    ["ended ones", { status: "ended" }],
    ["stale ones", { status: "stale" }],
    ["a time", { sinceMs: base + 5_000_000 }],
  ];

  it.each(queries)("takes a page in the order of an index, when asked for %s", (_name, filter) => {
    asked.clear();
    const fresh = new SessionTable(table.db);
    const first = listSessions(fresh, query({ limit: 20, ...filter }), { cursor: undefined, live: [], nowMs: base });
    expect(first.sessions.length).toBe(20);
    const pages = [...asked].filter((sql) => sql.includes("ORDER BY s.last_ms DESC"));
    expect(pages.length).toBeGreaterThan(0);
    for (const sql of pages) {
      const plans = plansOf(sql);
      expect(plans.join("\n")).not.toContain("TEMP B-TREE");
      expect(plans.join("\n")).toMatch(/USING (?:COVERING )?INDEX by_/);
    }
  });

  it.each([["no filter", {}, 16_000], ["a provider", { provider: "codex" }, 4000], ["a workspace", { workspace: "/w" }, 16_000]] as const)(
    "counts by tallies, not by rows, with %s",
    (_name, filter, total) => {
      asked.clear();
      const fresh = new SessionTable(table.db);
      expect(listSessions(fresh, query({ limit: 1, ...filter }), { cursor: undefined, live: [], nowMs: base }).total).toBe(total);
      expect([...asked].some((sql) => sql.includes("COUNT(*)"))).toBe(false);
    },
  );

  it("finds the same below many workspaces as below a few", () => {
    const all = listSessions(table, query({ limit: 50 }), { cursor: undefined, live: [], nowMs: base });
    const below = listSessions(table, query({ limit: 50, workspace: "/w" }), { cursor: undefined, live: [], nowMs: base });
    expect(below.sessions).toEqual(all.sessions);
  });
});
