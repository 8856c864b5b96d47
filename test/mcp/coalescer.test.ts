import { expect, test } from "vitest";
import { Coalescer } from "../../src/mcp/coalescer.js";
import { waitFor } from "../helpers/wait-for.js";

function failing(error: unknown): void {
  throw error;
}

test("the first poke acts at once, and one act follows the last of many", async () => {
  let value = 0;
  const seen: number[] = [];
  const coalescer = new Coalescer(() => void seen.push(value), { intervalMs: 40, onError: failing });
  for (value = 1; value <= 100; value++) coalescer.poke();
  value = 100;
  expect(seen).toEqual([1]);
  await waitFor("the last one", () => seen.length === 2);
  expect(seen).toEqual([1, 100]);
});

test("acts are never closer than the interval, and a poke during an act is not lost", async () => {
  const times: number[] = [];
  let release = (): void => undefined;
  const coalescer = new Coalescer(
    () => {
      times.push(performance.now());
      return new Promise((resolve) => (release = resolve));
    },
    { intervalMs: 30, onError: failing },
  );
  coalescer.poke();
  coalescer.poke();
  expect(times).toHaveLength(1);
  release();
  await waitFor("the act after it", () => times.length === 2);
  release();
  const [first, second] = times as [number, number];
  expect(second - first).toBeGreaterThanOrEqual(29);
});

test("a failing act is told and does not end the coalescer", async () => {
  const errors: unknown[] = [];
  let acts = 0;
  const coalescer = new Coalescer(
    () => {
      acts++;
      throw new Error(`act ${acts}`);
    },
    { intervalMs: 1, onError: (error) => errors.push((error as Error).message) },
  );
  coalescer.poke();
  await waitFor("the first error", () => errors.length === 1);
  coalescer.poke();
  await waitFor("the second error", () => errors.length === 2);
  expect(errors).toEqual(["act 1", "act 2"]);
});

test("nothing is called after stop", async () => {
  let acts = 0;
  const coalescer = new Coalescer(() => void acts++, { intervalMs: 5, onError: failing });
  coalescer.poke();
  coalescer.poke();
  coalescer.stop();
  coalescer.poke();
  let later = false;
  new Coalescer(() => void (later = true), { intervalMs: 1, onError: failing }).poke();
  await waitFor("a later timer", () => later);
  expect(acts).toBe(1);
});
