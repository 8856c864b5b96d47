import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Home } from "../../src/log/home.js";
import type { EventDraft } from "../../src/schema/event.js";
import type { SessionFull } from "../../src/schema/session.js";
import { answered, beat, called, ended, growLog, said, started, status, type Line } from "./log-lines.js";
import { openCatalogue, query } from "./open-catalogue.js";
import { readSession } from "./recount.js";
import { pick, seededRandom } from "./seeded-random.js";

const workspaces = ["/w/a", "/w/a/deep", "/w/b", null];
const agents = [{}, {}, { agent_id: "a1" }];

function randomEvent(random: () => number): Line {
  const agent = pick(random, agents);
  const word = `w${Math.floor(random() * 1000)}`;
  return pick<() => Line>(random, [
    () => said(word, agent),
    () => answered(word, { ...agent, model: pick(random, ["m1", "m2"]) }),
    () => called("Read", { file_path: `/w/${word}` }, agent),
    () => ({ type: "tool_result", tool_name: "Read", tool_id: null, success: pick(random, [true, false, null]), output: word, error: null, data: null, ...agent }),
    () => ({ type: "usage", input_tokens: Math.floor(random() * 100), output_tokens: 1 }),
    () => status("workspace", pick(random, ["/w/c", "/w/a"])),
    () => status("title", word),
    () => beat(),
    () => ended(),
  ])();
}

const toDraft = (line: Line, ts: string): EventDraft => {
  const { agent_id: agentId, ...kind } = line;
  return { sourceKind: "wrapper", kind: kind as unknown as EventDraft["kind"], ts, ...(agentId ? { extras: { agent_id: String(agentId) } } : {}) };
};

describe("the catalogue of a home that changes all the time", () => {
  it("equals a recount of its logs, whoever wrote them and whatever became of it", { timeout: 60_000 }, () => {
    const seed = Date.now() % 1e9;
    const random = seededRandom(seed);
    const one = openCatalogue();
    const other = openCatalogue({ homeDir: one.home.dir });
    const ids = Array.from({ length: 200 }, (_, nth) => `session-${nth}`);
    const time = (): string => new Date(Date.UTC(2026, 0, 1) + Math.floor(random() * 1e9)).toISOString();
    const batch = (): EventDraft[] => Array.from({ length: 1 + Math.floor(random() * 6) }, () => toDraft(randomEvent(random), time()));
    for (const id of ids) {
      const logsDir = pick(random, [one.logsDir, join(one.home.dir, "projects", "p", "logs")]);
      one.logs.create(id, { provider: pick(random, ["claude", "codex"]), providerSessionId: pick(random, [null, `native-${id}`]) }, logsDir);
      one.logs.append(id, [toDraft(started({ cwd: pick(random, workspaces) }), time()), ...batch()]);
    }
    for (let step = 0; step < 1500; step++) {
      const id = pick(random, ids);
      const where = one.logs.find(id);
      const chance = random();
      if (chance < 0.1 && where) growLog(where.path, id, [said("theirs", { ts: time() })], { firstSeq: 10_000 + step });
      else if (chance < 0.2) pick(random, [one, other]).catalogue.get(id);
      else if (chance < 0.21) pick(random, [one, other]).catalogue.list(query());
      else if (chance < 0.212) for (const ending of ["", "-wal", "-shm"]) rmSync(join(one.home.dir, `catalogue.sqlite${ending}`), { force: true });
      else pick(random, [one, other]).logs.append(id, batch());
    }
    // What another program appended to a log of long ago is found by the next sweep, or by whoever asks for that session.
    for (const id of ids) one.catalogue.get(id);
    for (const { catalogue } of [one, other]) {
      const seen: SessionFull[] = [];
      for (let cursor: string | undefined, first = true; first || cursor; first = false) {
        const page = catalogue.list(query({ limit: 37, ...(cursor ? { cursor } : {}) }));
        expect(page.total, `seed ${seed}`).toBe(ids.length);
        seen.push(...page.sessions);
        cursor = page.cursorAfter.at(-1);
      }
      expect(seen.map(({ session_id: id }) => id).toSorted(), `seed ${seed}`).toEqual(ids.toSorted());
      for (const session of seen) {
        const path = one.logs.find(session.session_id)?.path ?? "";
        expect(path).toBe(Home.logPath(path.replace(/\/sessions\/.*/, ""), session.session_id));
        expect(session, `seed ${seed}, ${session.session_id}`).toMatchObject(readSession(path));
      }
      const lasts = seen.map(({ last }) => last ?? "");
      expect(lasts, `seed ${seed}`).toEqual(lasts.toSorted().toReversed());
      for (const workspace of ["/w", "/w/a", "/w/a/deep", "/w/c"]) {
        const inside = seen.filter((session) => `${session.workspace ?? ""}/`.startsWith(`${workspace}/`));
        expect(catalogue.list(query({ workspace })).total, `seed ${seed}, ${workspace}`).toBe(inside.length);
      }
      for (const state of ["ended", "stale", "live"] as const) {
        const inState = seen.filter((session) => session.status === state);
        const page = catalogue.list(query({ status: state, limit: 1000 }));
        expect([page.total, page.sessions.length], `seed ${seed}, ${state}`).toEqual([inState.length, inState.length]);
      }
    }
  });
});
