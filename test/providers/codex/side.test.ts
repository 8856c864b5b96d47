import { describe, expect, test } from "vitest";
import { codex } from "../../../src/providers/codex/codex.js";
import type { SideFact, SideFile } from "../../../src/providers/provider.js";
import { parseWhole } from "../../helpers/parsed.js";

const sideOf = (path: string): SideFile => codex.classifySide?.("/r", path) ?? expect.fail(`no side file: ${path}`);
const file = codex.classify("/r", "sessions/2026/02/22/rollout-x.jsonl") ?? expect.fail();
const titles = (facts: readonly SideFact[] | undefined) => facts?.map(({ nativeSessionId, kind, ts }) => [nativeSessionId, kind.type === "provider_status" && kind.message === "title" ? kind.data : kind, ts]);

function readIndex(entries: readonly object[]): SideFact[] {
  const text = entries.map((entry) => `${JSON.stringify(entry)}\n`).join("");
  return codex.parseSide?.(sideOf("session_index.jsonl"), { text }) ?? [];
}

describe("codex side files", () => {
  test("are the index of names and the state database, by their paths below the root", () => {
    for (const path of codex.sidePaths ?? []) expect(codex.classifySide?.("/r", path)).toMatchObject({ relativePath: path });
    expect(codex.classifySide?.("/r", "history.jsonl")).toBeUndefined();
    expect(codex.classifySide?.("/r", "logs_2.sqlite")).toBeUndefined();
    expect(sideOf("sqlite/state_5.sqlite").reads).toMatchObject({ as: "sqlite", table: "threads" });
  });

  test("give each change of a name in order, with its own origin even where a name comes back", () => {
    const facts = readIndex([
      { id: "a", thread_name: "One", updated_at: "2026-02-22T13:22:33.872376291Z" },
      { id: "b", thread_name: "Other", updated_at: "2026-02-22T13:23:00Z" },
      { id: "a", thread_name: "One", updated_at: "2026-02-22T13:24:00Z" },
      { id: "a", thread_name: " Two ", updated_at: "2026-02-22T13:25:00Z" },
      { id: "a", thread_name: "One", updated_at: "no time" },
      { id: "a", thread_name: "" },
      { thread_name: "of nobody" },
    ]);
    expect(titles(facts)).toEqual([
      ["a", "One", "2026-02-22T13:22:33.872376291Z"],
      ["b", "Other", "2026-02-22T13:23:00Z"],
      ["a", "Two", "2026-02-22T13:25:00Z"],
      ["a", "One", undefined],
    ]);
    expect(new Set(facts.map(({ origin }) => origin)).size).toBe(4);
    for (const { origin } of facts) expect(origin).toMatch(/^[A-Za-z0-9._:~-]{1,140}\/[A-Za-z0-9._:~-]+$/);
  });

  test("leave half a last line for later, and unreadable lines out", () => {
    const whole = '{"id":"a","thread_name":"One"}\nnot json\n[1]\n';
    const facts = codex.parseSide?.(sideOf("session_index.jsonl"), { text: `${whole}{"id":"a","thread_na` });
    expect(facts).toEqual(codex.parseSide?.(sideOf("session_index.jsonl"), { text: whole }));
    expect(facts).toHaveLength(1);
  });

  test("say a name with the origin that the rollout gives it, so that a log takes it once", () => {
    const line = (payload: object, type = "event_msg") => `${JSON.stringify({ timestamp: "2026-02-22T13:22:33.000Z", type, payload })}\n`;
    const renamed = ["One", "Two", "One"].map((thread_name) => line({ type: "thread_name_updated", thread_id: "a", thread_name }));
    const { events } = parseWhole(codex, Buffer.from(line({ id: "a", cwd: "/w" }, "session_meta") + renamed.join("")), { file });
    const told = events.filter(({ kind }) => kind.type === "provider_status" && kind.message === "title");
    const index = readIndex(["One", "Two", "One"].map((thread_name) => ({ id: "a", thread_name })));
    expect(told.map(({ origin }) => origin)).toEqual(index.map(({ origin }) => origin));
  });

  test("take from the state database the names that somebody gave, not the first prompt's text", () => {
    const rows = [
      { id: "named", title: "Fix the tides", first_user_message: "please look at the tides", updated_at: 1_770_000_000 },
      { id: "prompt", title: "please look at\nthe tides", first_user_message: "please look at the tides and more", updated_at: 1_770_000_000 },
      { id: "cut", title: "please look…", first_user_message: "please look at the tides", updated_at: 1_770_000_000 },
      { id: "empty", title: "", first_user_message: "hi" },
      { id: "explicit", title: "hi", first_user_message: "hi", name: "Tides", name_state: "explicit", updated_at: 5, updated_at_ms: 1_770_000_000_500 },
      { id: "cleared", title: "Was", first_user_message: "hi", name: "Was", name_state: "cleared" },
      { id: 7, title: "no id" },
      { title: null },
      {},
    ];
    expect(titles(codex.parseSide?.(sideOf("state_5.sqlite"), { rows }))).toEqual([
      ["named", "Fix the tides", "2026-02-02T02:40:00.000Z"],
      ["explicit", "Tides", "2026-02-02T02:40:00.500Z"],
    ]);
  });
});
