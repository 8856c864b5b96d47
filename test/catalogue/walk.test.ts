import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { EventDraft } from "../../src/schema/event.js";
import type { SessionQuery } from "../../src/schema/ports.js";
import { said, started, writeLog } from "./log-lines.js";
import { idsOf, openCatalogue, query, type Opened } from "./open-catalogue.js";
import { pick, seededRandom } from "./seeded-random.js";

const draft = (kind: unknown, ms: number): EventDraft => ({ sourceKind: "wrapper", kind: kind as EventDraft["kind"], ts: new Date(ms).toISOString() });

/** Walks through all pages; `between` runs after each. */
function walk({ catalogue }: Opened, filter: Partial<SessionQuery>, between: () => void): string[] {
  const seen: string[] = [];
  for (let cursor: string | undefined, first = true; first || cursor; first = false) {
    const page = catalogue.list(query({ ...filter, ...(cursor ? { cursor } : {}) }));
    seen.push(...idsOf(page));
    cursor = page.cursorAfter.at(-1);
    between();
  }
  return seen;
}

describe("a walk through a list", () => {
  it("repeats nothing and skips nothing that was there when it began, whatever moves meanwhile", { timeout: 60_000 }, () => {
    const seed = Date.now() % 1e9;
    const random = seededRandom(seed);
    for (let round = 0; round < 6; round++) {
      const one = openCatalogue();
      const other = openCatalogue({ homeDir: one.home.dir });
      const ids = Array.from({ length: 60 }, (_, nth) => `s-${nth}`);
      const base = Date.UTC(2026, 0, 1);
      for (const id of ids) {
        one.logs.create(id, { provider: "acme", providerSessionId: null }, one.logsDir);
        one.logs.append(id, [draft(started({ cwd: pick(random, ["/w/a", "/w/b", "/w"]) }), base + Math.floor(random() * 20) * 1000)]);
      }
      const before = one.catalogue.list(query());
      const filter = pick<Partial<SessionQuery>>(random, [{}, { provider: "acme" }, { workspace: "/w" }, { untilMs: base + 20_000 }]);
      let made = 0;
      let now = base + 30_000;
      const disturb = (): void => {
        for (let times = Math.floor(random() * 12); times > 0; times--) {
          const writer = pick(random, [one, other]);
          if (random() < 0.15) {
            writer.logs.create(`new-${made}`, { provider: "acme", providerSessionId: null }, one.logsDir);
            writer.logs.append(`new-${made++}`, [draft(started({ cwd: "/w" }), base + Math.floor(random() * 20) * 1000)]);
          } else {
            writer.logs.append(pick(random, ids), [draft(said("x"), (now += 1000))]);
          }
        }
        // A second walk beside it, as far as its first page.
        if (random() < 0.5) pick(random, [one, other]).catalogue.list(query({ limit: 2 }));
      };
      const seen = walk(one, { ...filter, limit: 7 }, disturb);
      expect(seen, `seed ${seed}, round ${round}`).toEqual(idsOf(before));
    }
  });

  it("keeps the place of the session that was written last before it began", () => {
    const { catalogue, logs, logsDir } = openCatalogue();
    const base = Date.UTC(2026, 0, 1);
    for (const [nth, id] of ["a", "b", "c"].entries()) {
      logs.create(id, { provider: "acme", providerSessionId: null }, logsDir);
      logs.append(id, [draft(started(), base + (nth === 2 ? -1 : nth) * 1000)]);
    }
    const first = catalogue.list(query({ limit: 1 }));
    expect(idsOf(first)).toEqual(["b"]);
    logs.append("c", [draft(said("x"), base + 9000)]);
    expect(idsOf(catalogue.list(query({ cursor: first.cursorAfter[0]! })))).toEqual(["a", "c"]);
  });

  it("goes on from its place when the catalogue is made anew under it", () => {
    const opened = openCatalogue();
    for (let nth = 0; nth < 20; nth++) writeLog(opened.logsDir, `s-${nth}`, [started()], { firstSeq: nth + 1 });
    const expected = idsOf(opened.catalogue.list(query()));
    const seen = walk(opened, { limit: 3 }, () => {
      for (const ending of ["", "-wal", "-shm"]) rmSync(join(opened.home.dir, `catalogue.sqlite${ending}`), { force: true });
    });
    expect(seen).toEqual(expected);
  });

  it("goes on from its place when its order is kept no longer", () => {
    let now = Date.UTC(2026, 5, 1);
    const opened = openCatalogue({ now: () => now });
    for (let nth = 0; nth < 20; nth++) writeLog(opened.logsDir, `s-${nth}`, [started()], { firstSeq: nth + 1 });
    const expected = idsOf(opened.catalogue.list(query()));
    expect(walk(opened, { limit: 3 }, () => void (now += 2 * 3_600_000))).toEqual(expected);
  });
});
