import { describe, expect, it } from "vitest";
import { said, writeLog } from "../catalogue/log-lines.js";
import { runInProcesses } from "../helpers/child-script.js";
import { waitFor } from "../helpers/wait-for.js";
import { openSearch } from "./open-search.js";

/** Processes 0 to 2 search, 3 and 4 only append; all of them append to a log of their own and to one that they share. */
const work = `
import { Home } from "./src/log/home.js";
import { SessionLogs } from "./src/log/session-logs.js";
import { Search } from "./src/search/search.js";
import { setTimeout as delay } from "node:timers/promises";

const [number, dir, rounds] = [Number(process.argv[2]), process.argv[3], Number(process.argv[4])];
const home = new Home({ dir });
const logs = new SessionLogs(home, {});
const warnings = [];
const search = new Search({ home, logs, onWarning: (message) => warnings.push(message) });
const own = "own" + number;
const draft = (content) => ({ sourceKind: "wrapper", kind: { type: "user_message", role: "user", content, message_id: null } });
logs.create(own, { provider: "acme", providerSessionId: null }, dir + "/logs");
logs.create("shared", { provider: "acme", providerSessionId: null }, dir + "/logs");
if (number === 0) void search.ready().catch((error) => { throw error; });
const ask = (query, match) => search.search({ query, match, caseSensitive: false, sort: "recent", limit: 5 });
for (let round = 0; round < rounds; round += 1) {
  const word = "word" + number + "x" + round;
  logs.append(own, [draft("common " + word), draft("common filler " + "lorem ".repeat(200))]);
  logs.append("shared", [draft("shared " + word)]);
  if (number > 2) {
    await delay(2);
    continue;
  }
  for (const match of ["words", "substring"]) {
    const page = await ask(word, match);
    // word1x1 is the beginning of word1x10, and the others' words have their own number.
    const found = page.hits.filter(({ text }) => text.endsWith(" " + word)).map(({ sessionId }) => sessionId).sort();
    if (found.join() !== own + ",shared") throw new Error(match + " " + word + " found in " + found.join() + ": " + JSON.stringify(page.index));
  }
  const common = await ask("common", "words");
  if (common.hits.length === 0) throw new Error("nothing common");
}
search.close();
logs.close();
if (warnings.length > 0) throw new Error(warnings.join("; "));
`;

describe("several processes on one home", () => {
  it("search while one builds the index and all append: no lock reaches anybody, no answer is older than its own last append", async () => {
    const opened = openSearch();
    const text = "lorem ipsum dolor sit amet ".repeat(1500);
    for (let nth = 0; nth < 60; nth += 1) writeLog(opened.logsDir, `old${nth}`, Array.from({ length: 10 }, () => said(`ancient ${text}`)));
    const rounds = 25;
    await runInProcesses(work, 5, [opened.home.dir, String(rounds)]);
    const ancient = await waitFor("the whole index", async () => {
      const page = await opened.ask("ancient", { limit: 1000 });
      return page.index.complete && page;
    });
    expect(ancient).toMatchObject({ total: 600, totalIsExact: true });
    const all = await opened.ask("common", { limit: 1000 });
    expect(all).toMatchObject({ total: 5 * rounds * 2, totalIsExact: true });
    expect(new Set(all.hits.map(({ sessionId, seq }) => `${sessionId}/${seq}`)).size).toBe(5 * rounds * 2);
    const shared = await opened.ask("shared", { limit: 1000 });
    expect(shared.hits.map(({ seq }) => seq).sort((one, other) => one - other)).toEqual(Array.from({ length: 5 * rounds }, (_, nth) => nth + 1));
  });
});
