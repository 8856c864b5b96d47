import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { inLanes } from "../../src/ingest/in-lanes.js";

function* numbers(count: number, ended: string[] = []): Generator<number> {
  try {
    for (let number = 0; number < count; number += 1) yield number;
  } finally {
    ended.push("ended");
  }
}

it("each item goes to one lane, and a slow lane keeps none from the others", async () => {
  const taken: [string, number][] = [];
  let release: (() => void) | undefined;
  const slow = (item: number): Promise<void> => {
    taken.push(["slow", item]);
    return new Promise((resolve) => (release = resolve));
  };
  const quick = async (item: number): Promise<void> => {
    taken.push(["quick", item]);
    if (item === 5) release?.();
  };
  await inLanes(numbers(6), [slow, quick]);
  expect(taken).toEqual([["slow", 0], ["quick", 1], ["quick", 2], ["quick", 3], ["quick", 4], ["quick", 5]]);
});

it("a failure ends the items for all lanes and is thrown, once those under way are given up", async () => {
  const taken: number[] = [];
  const ended: string[] = [];
  const failing = async (item: number): Promise<void> => {
    taken.push(item);
    if (item === 2) throw new RangeError("two");
    await delay(1);
  };
  await expect(inLanes(numbers(100, ended), [failing, failing])).rejects.toThrow(new RangeError("two"));
  await delay(20);
  expect(taken).toEqual([0, 1, 2]);
  expect(ended).toEqual(["ended"]);
});
