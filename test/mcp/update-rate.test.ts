import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { ListChanges } from "../../src/mcp/list-changes.js";
import { Subscriptions } from "../../src/mcp/subscriptions.js";

// The protocol's limits in the clock's time, without waiting for it.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  onTestFinished(() => void vi.useRealTimers());
});

const options = {
  onError: (error: unknown) => {
    throw error;
  },
};

/** Sessions that the test adds, and how often a client is told of them. */
function newSessions({ isHistory }: { isHistory: boolean }): { added(id: string): void; told(): number } {
  let hear: (change: { added: boolean; sessionIds: string[] }) => void = () => undefined;
  let told = 0;
  const onChange = (listener: typeof hear): (() => void) => {
    hear = listener;
    return () => undefined;
  };
  const changes = new ListChanges({ listed: () => [], isHistory: () => isHistory, onChange }, async () => void told++, options);
  onTestFinished(() => changes.close());
  return { added: (id) => hear({ added: true, sessionIds: [id] }), told: () => told };
}

test("a URI that changes all the time is told of at most 20 times a second, and the last change is not lost", async () => {
  let state = 0;
  let changed = (): void => undefined;
  const told: { uri: string; state: number }[] = [];
  const subscriptions = new Subscriptions(async (uri) => void told.push({ uri, state }), options);
  subscriptions.add("one", () => ({
    start: (listener) => {
      changed = listener;
      return () => undefined;
    },
    state: () => String(state),
  }));
  for (let ms = 0; ms < 1_000; ms++) {
    state++;
    changed();
    await vi.advanceTimersByTimeAsync(1);
  }
  expect(told.length).toBeLessThanOrEqual(20);
  expect(told.length).toBeGreaterThan(10);
  await vi.advanceTimersByTimeAsync(100);
  expect(told.at(-1)).toEqual({ uri: "one", state: 1_000 });
});

test("new sessions are told at once, and then every 5 seconds at most", async () => {
  const { added, told } = newSessions({ isHistory: false });
  added("first");
  expect(told()).toBe(1);
  for (let nth = 0; nth < 200; nth++) {
    await vi.advanceTimersByTimeAsync(100);
    added(`session-${nth}`);
  }
  expect(told()).toBe(5);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(told()).toBe(6);
});

test("imported history is told once, 5 seconds after the last of it", async () => {
  const { added, told } = newSessions({ isHistory: true });
  for (let nth = 0; nth < 100; nth++) {
    added(`session-${nth}`);
    await vi.advanceTimersByTimeAsync(250);
  }
  expect(told()).toBe(0);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(told()).toBe(1);
});
