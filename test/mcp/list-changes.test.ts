import { expect, test } from "vitest";
import { ListChanges, type SessionNews } from "../../src/mcp/list-changes.js";
import { waitFor } from "../helpers/wait-for.js";

type Change = { added: boolean; sessionIds: readonly string[] };

/** News that the test tells; sessions whose id begins with `old` are history. */
function newsroom(list: string[]): { news: SessionNews; tell(change: Change): void } {
  let listener: (change: Change) => void = () => undefined;
  const news: SessionNews = {
    listed: () => list,
    isHistory: (id) => id.startsWith("old"),
    onChange(heard) {
      listener = heard;
      return () => (listener = () => undefined);
    },
  };
  return { news, tell: (change) => listener(change) };
}

function watched({ intervalMs }: { intervalMs: number }) {
  const list: string[] = [];
  const { news, tell } = newsroom(list);
  const state = { told: 0 };
  const onError = (error: unknown): void => {
    throw error;
  };
  const changes = new ListChanges(news, async () => void state.told++, { intervalMs, onError });
  return { changes, state, tell, list };
}

test("a new session is told at once, a change of a known one never", () => {
  const { state, tell } = watched({ intervalMs: 60_000 });
  tell({ added: false, sessionIds: ["a"] });
  expect(state.told).toBe(0);
  tell({ added: true, sessionIds: ["a", "b"] });
  expect(state.told).toBe(1);
  tell({ added: false, sessionIds: ["b"] });
  expect(state.told).toBe(1);
});

test("imported history is told once, at its end", async () => {
  const { state, tell } = watched({ intervalMs: 30 });
  for (let index = 0; index < 50; index++) tell({ added: true, sessionIds: [`old-${index}`] });
  expect(state.told).toBe(0);
  await waitFor("the end of the import", () => state.told === 1);
});

test("a live session that changes while history is imported tells of nothing", () => {
  const { state, tell } = watched({ intervalMs: 60_000 });
  tell({ added: false, sessionIds: ["mine"] });
  tell({ added: true, sessionIds: ["old-1", "mine"] });
  expect(state.told).toBe(0);
});

test("a session that comes into the list again is told to who was shown the list without it, once", async () => {
  const { changes, state, tell, list } = watched({ intervalMs: 20 });
  list.push("a", "b");
  changes.shown();
  list.reverse();
  tell({ added: false, sessionIds: ["b"] });
  list[0] = "c";
  tell({ added: false, sessionIds: ["c"] });
  tell({ added: false, sessionIds: ["c"] });
  await waitFor("the list's change", () => state.told === 1);
  const unasked = watched({ intervalMs: 1 });
  unasked.list.push("c");
  unasked.tell({ added: false, sessionIds: ["c"] });
  unasked.tell({ added: true, sessionIds: ["new"] });
  expect(unasked.state.told).toBe(1);
  expect(state.told).toBe(1);
});

test("nothing is told after close", async () => {
  const { changes, state, tell } = watched({ intervalMs: 1 });
  tell({ added: true, sessionIds: ["old-1"] });
  changes.close();
  tell({ added: true, sessionIds: ["b"] });
  const other = watched({ intervalMs: 1 });
  other.tell({ added: true, sessionIds: ["old-1"] });
  await waitFor("a later timer", () => other.state.told === 1);
  expect(state.told).toBe(0);
});
