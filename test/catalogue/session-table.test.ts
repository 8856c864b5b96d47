import { describe, expect, it } from "vitest";
import { catalogueSchema } from "../../src/catalogue/catalogue-schema.js";
import { noFacts } from "../../src/catalogue/session-facts.js";
import { emptyState } from "../../src/catalogue/session-state.js";
import { noStats } from "../../src/catalogue/session-stats.js";
import { SessionTable, type FoldedLog } from "../../src/catalogue/session-table.js";
import { openDatabase } from "../../src/io/sqlite.js";

function newTable(): SessionTable {
  const db = openDatabase(":memory:");
  db.exec(catalogueSchema);
  return new SessionTable(db);
}

function folded(rest: Partial<FoldedLog> = {}): FoldedLog {
  const file = { logsDir: "/logs", indexedBytes: 10, sizeBytes: 10, inode: 1, mtimeMs: 1, mark: "", markBytes: 0 };
  return { ...file, id: "s", base: undefined, fromStart: false, state: { ...emptyState("acme"), events: 1 }, facts: noFacts(), stats: noStats(), offsets: [], ...rest };
}

describe("SessionTable.save()", () => {
  it("writes nothing where another process wrote of that log meanwhile", () => {
    const table = newTable();
    expect(table.save(folded(), 0)).toBe(true);
    expect(table.save(folded({ indexedBytes: 99 }), 0)).toBe(false);
    const base = table.byId("s")!;
    expect(table.save(folded({ base, indexedBytes: 20, state: { ...base.state, events: 2 } }), 0)).toBe(true);
    expect(table.save(folded({ base, indexedBytes: 30, state: { ...base.state, events: 3 } }), 0)).toBe(false);
    expect(table.byId("S")).toMatchObject({ indexedBytes: 20, state: { events: 2 } });
  });

  it("writes nothing of a session that has the row of another in a catalogue made anew", () => {
    const table = newTable();
    table.save(folded({ id: "other" }), 0);
    const base = { ...table.byId("other")!, id: "s" };
    expect(table.save(folded({ base, indexedBytes: 20 }), 0)).toBe(false);
    expect(table.byId("other")?.indexedBytes).toBe(10);
  });

  it("keeps what was said of a log until it is read from its start", () => {
    const table = newTable();
    const facts = { aliases: new Set(["A"]), successors: [["a", "b"] as [string, string]] };
    const stats = { ...noStats(), files: new Map([["/f", { calls: 1, results: 0, errors: 0 }]]) };
    table.save(folded({ facts, stats, offsets: [[300, 5]] }), 0);
    const rows = (): number => ["aliases", "successors", "session_files", "seq_offsets"].reduce((sum, name) => sum + table.number(`SELECT COUNT(*) FROM ${name}`), 0);
    expect(rows()).toBe(4);
    table.save(folded({ base: table.byId("s"), indexedBytes: 20, facts, stats }), 0);
    expect(rows()).toBe(4);
    table.save(folded({ base: table.byId("s"), fromStart: true, indexedBytes: 5 }), 0);
    expect(rows()).toBe(0);
    table.remove(table.byId("s")!.n);
    expect(table.number("SELECT COUNT(*) FROM sessions")).toBe(0);
    expect(table.number("SELECT COUNT(*) FROM states")).toBe(0);
  });
});
