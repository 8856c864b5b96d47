import { describe, expect, it } from "vitest";
import type { SearchPage, SearchQuery } from "../../src/schema/ports.js";
import { growLog, said, writeLog, type Line } from "../catalogue/log-lines.js";
import { newSeed, seededRandom } from "../helpers/random.js";
import { waitFor } from "../helpers/wait-for.js";
import { openSearch, placesOf, type Opened } from "./open-search.js";

const at = (ms: number): string => new Date(Date.UTC(2026, 0, 1) + ms).toISOString();

/** All hits of a walk in pages of `limit`; `between` is called after each. */
async function walk({ ask }: Opened, query: string, rest: Partial<SearchQuery>, between: (page: SearchPage) => void = () => undefined): Promise<string[]> {
  const places: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await ask(query, { ...rest, ...(cursor !== undefined && { cursor }) });
    places.push(...placesOf(page));
    cursor = page.cursorAfter.at(-1);
    if (cursor === undefined) return places;
    between(page);
  }
}

describe("the order of hits", () => {
  it("is that of time, newest first, whatever the order of logs and lines", async () => {
    const opened = openSearch();
    const seed = newSeed();
    const random = seededRandom(seed);
    const expected: { place: string; ms: number }[] = [];
    for (let nth = 0; nth < 30; nth += 1) {
      let ms = Math.floor(random() * 1e6);
      const events: Line[] = Array.from({ length: 1 + Math.floor(random() * 20) }, (_, line) => {
        ms += Math.floor(random() * 5000) - 1000;
        expected.push({ place: `s${nth}/${line + 1}`, ms });
        return said(`needle ${nth}`, { ts: at(ms) });
      });
      writeLog(opened.logsDir, `s${nth}`, events);
      // Rows are given out in this order.
      if (random() < 0.5) await opened.ask("needle");
    }
    const inOrder = expected.sort((one, other) => other.ms - one.ms).map(({ ms }) => ms);
    const timeOf = new Map(expected.map(({ place, ms }) => [place, ms]));
    for (const match of ["words", "substring", "regex"] as const) {
      const all = await opened.find("needle", { match, limit: 1000 });
      expect(all.map((place) => timeOf.get(place)), `seed ${seed}, ${match}`).toEqual(inOrder);
      for (const limit of [1, 7, 50]) expect(await walk(opened, "needle", { match, limit }), `seed ${seed}, ${match}, ${limit}`).toEqual(all);
    }
  });

  it("holds among very many matches as well, with any filter", async () => {
    const opened = openSearch();
    const seed = newSeed();
    const random = seededRandom(seed);
    for (let nth = 0; nth < 12; nth += 1) {
      const beganMs = Math.floor(random() * 1e6);
      const events = Array.from({ length: 700 }, (_, line) => said(line % 300 === 5 ? "needle rare" : "needle", { ts: at(beganMs + line * 1000 - Math.floor(random() * 1500)) }));
      writeLog(opened.logsDir, `s${nth}`, events, { provider: nth % 3 ? "claude" : "codex" });
      if (nth % 4 === 3) await opened.ask("needle");
    }
    const filters: Partial<SearchQuery>[] = [{}, { provider: "codex" }, { sessionId: "s7" }, { sinceMs: Date.UTC(2026, 0, 1) + 400_000, untilMs: Date.UTC(2026, 0, 1) + 600_000 }];
    for (const filter of filters) {
      const page = await opened.ask("needle", { ...filter, limit: 10_000 });
      const times = page.hits.map(({ ts }) => Date.parse(ts));
      expect(times, `seed ${seed}`).toEqual([...times].sort((one, other) => other - one));
      expect(page.total, `seed ${seed}, ${JSON.stringify(filter)}`).toBe(page.hits.length);
      expect(page.totalIsExact).toBe(true);
      const scanned = await opened.ask("needle", { ...filter, match: "substring", limit: 10_000 });
      expect(placesOf(page)).toEqual(placesOf(scanned));
      expect(await walk(opened, "needle", { ...filter, limit: 997 })).toEqual(placesOf(page));
      const short = await opened.ask("needle", { ...filter, limit: 5 });
      expect(placesOf(short)).toEqual(placesOf(page).slice(0, 5));
      expect(short.totalIsExact ? short.total : short.total <= page.total).toBe(short.totalIsExact ? page.total : true);
    }
  });

  it("is that of time in a long log whose times step back", async () => {
    const { ask, logsDir } = openSearch();
    const filler = "x".repeat(100_000);
    const events = Array.from({ length: 60 }, (_, nth) => said(`needle ${filler}`, { ts: at(nth === 3 ? 1e6 : nth === 30 ? 5e5 : nth) }));
    writeLog(logsDir, "s", events);
    await waitFor("the whole index", async () => (await ask("needle")).index.complete);
    for (const match of ["words", "substring"] as const) {
      expect(placesOf(await ask("needle", { match, limit: 3 }))).toEqual(["s/4", "s/31", "s/60"]);
      expect(placesOf(await ask("needle", { match, sinceMs: Date.parse(at(4e5)) }))).toEqual(["s/4", "s/31"]);
    }
  });

  it("is that of sessions and places where times are the same", async () => {
    const opened = openSearch();
    for (const session of ["b", "A", "c"]) writeLog(opened.logsDir, session, Array.from({ length: 1500 }, () => said("needle", { ts: at(7) })));
    const expected = ["c", "b", "A"].flatMap((session) => Array.from({ length: 1500 }, (_, nth) => `${session}/${1500 - nth}`));
    expect(await walk(opened, "needle", { limit: 400 })).toEqual(expected);
    expect(await opened.find("needle", { limit: 5000 })).toEqual(expected);
  });

  it("is that of relevance where it shall: dense before scattered, the newer of two alike first", async () => {
    const { ask, logsDir } = openSearch();
    const filler = "lorem ipsum dolor sit amet ".repeat(40);
    writeLog(logsDir, "s", [said(`${filler} needle`), said("needle needle needle"), said(`${filler} needle`), said(`needle ${filler}`), said(filler)]);
    const page = await ask("needle", { sort: "relevance" });
    expect(page.hits.map(({ seq }) => seq)).toEqual([2, 4, 3, 1]);
    expect(page.total).toBe(4);
  });

  it("ranks the newest 2,000 of very many matches", async () => {
    const { ask, logsDir } = openSearch();
    const events = Array.from({ length: 5000 }, (_, nth) => said(nth === 100 || nth === 4000 ? "needle needle needle" : "a needle in some hay"));
    writeLog(logsDir, "s", events);
    const page = await ask("needle", { sort: "relevance", limit: 3 });
    expect(page.hits.map(({ seq }) => seq)).toEqual([4001, 5000, 4999]);
    expect(page.totalIsExact).toBe(false);
    expect(page.total).toBeGreaterThanOrEqual(2000);
  });
});

describe("a walk through hits", () => {
  it.each([
    ["words", "recent"],
    ["words", "relevance"],
    ["substring", "recent"],
    ["regex", "recent"],
  ] as const)("for %s by %s repeats nothing and skips nothing that was there when it began, whatever is appended meanwhile", async (match, sort) => {
    const seed = newSeed();
    const random = seededRandom(seed);
    const opened = openSearch();
    const other = openSearch({ homeDir: opened.home.dir });
    const counts = new Map<string, number>();
    const append = (session: string): void => {
      const count = counts.get(session) ?? 0;
      const events = Array.from({ length: 1 + Math.floor(random() * 5) }, () => said(`needle ${"hay ".repeat(Math.floor(random() * 6))}`, { ts: at(Math.floor(random() * 1e5)) }));
      if (count === 0) writeLog(opened.logsDir, session, events);
      else growLog(`${opened.logsDir}/sessions/${session}.jsonl`, session, events, { firstSeq: count + 1 });
      counts.set(session, count + events.length);
    };
    for (let nth = 0; nth < 60; nth += 1) append(`s${Math.floor(random() * 12)}`);
    for (let round = 0; round < 4; round += 1) {
      const before = await opened.find("needle", { match, sort, limit: 10_000 });
      const tasks: Promise<unknown>[] = [];
      // More than are appended meanwhile, or the walk would never end.
      const seen = await walk(opened, "needle", { match, sort, limit: 6 + Math.floor(random() * 20) }, () => {
        append(`s${Math.floor(random() * 15)}`);
        if (random() < 0.3) tasks.push(other.ask("needle"));
      });
      await Promise.all(tasks);
      expect(new Set(seen).size, `seed ${seed}: repeated`).toBe(seen.length);
      expect(before.filter((place) => !seen.includes(place)), `seed ${seed}: skipped`).toEqual([]);
      expect(seen.filter((place) => before.includes(place)), `seed ${seed}: order`).toEqual(before);
    }
  });

  it("goes on in another process", async () => {
    const one = openSearch();
    writeLog(one.logsDir, "s", Array.from({ length: 9 }, (_, nth) => said(`needle ${"hay ".repeat(nth)}`)));
    const two = openSearch({ homeDir: one.home.dir });
    for (const sort of ["recent", "relevance"] as const) {
      const all = await one.find("needle", { sort });
      const first = await one.ask("needle", { sort, limit: 4 });
      const second = await two.ask("needle", { sort, limit: 100, cursor: first.cursorAfter[3] ?? "" });
      expect([...placesOf(first), ...placesOf(second)]).toEqual(all);
    }
  });

  it("goes on where the age that limits it has moved on", async () => {
    const opened = openSearch();
    writeLog(opened.logsDir, "s", Array.from({ length: 9 }, () => said("needle")));
    const sinceMs = Date.UTC(2026, 0, 1) + 4 * 60_000;
    const first = await opened.ask("needle", { limit: 2, sinceMs });
    const second = await opened.ask("needle", { limit: 100, sinceMs: sinceMs + 1000, cursor: first.cursorAfter[1] ?? "" });
    expect([...placesOf(first), ...placesOf(second)]).toEqual(["s/9", "s/8", "s/7", "s/6", "s/5", "s/4"]);
  });

  it("refuses a cursor of another search, and what is none", async () => {
    const { ask, logsDir } = openSearch();
    writeLog(logsDir, "s", [said("needle hay"), said("needle hay")]);
    const cursor = (await ask("needle", { limit: 1 })).cursorAfter[0] ?? "";
    const others: [string, Partial<SearchQuery>][] = [["hay", {}], ["needle", { provider: "x" }], ["needle", { match: "substring" }], ["needle", { role: "user" }], ["needle", { sinceMs: 1 }], ["needle", { caseSensitive: true }]];
    for (const [query, rest] of others) await expect(ask(query, { ...rest, cursor })).rejects.toMatchObject({ code: "INVALID_CURSOR" });
    for (const text of ["", "x", Buffer.from("{}").toString("base64url"), cursor.slice(0, -5)]) await expect(ask("needle", { cursor: text })).rejects.toMatchObject({ code: "INVALID_CURSOR" });
    expect(placesOf(await ask("needle", { cursor, limit: 30 }))).toEqual(["s/1"]);
  });
});
