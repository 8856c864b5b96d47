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

it("a failure ends the items for all lanes, and is thrown when all lanes are through", async () => {
  const taken: number[] = [];
  const done: number[] = [];
  const ended: string[] = [];
  let release: (() => void) | undefined;
  const slow = async (item: number): Promise<void> => {
    taken.push(item);
    await new Promise<void>((resolve) => (release = resolve));
    done.push(item);
  };
  const failing = async (item: number): Promise<void> => {
    taken.push(item);
    if (item === 3) throw new RangeError("three");
  };
  await expect(inLanes(numbers(100, ended), [slow, failing], () => release?.())).rejects.toThrow(new RangeError("three"));
  expect({ taken, done, ended }).toEqual({ taken: [0, 1, 2, 3], done: [0], ended: ["ended"] });
});

it("what fails while the lanes are ended does not hide the failure that ended them", async () => {
  let refuse: ((error: unknown) => void) | undefined;
  const slow = (): Promise<void> => new Promise((_, reject) => (refuse = reject));
  const failing = (): Promise<void> => Promise.reject(new RangeError("first"));
  await expect(inLanes(numbers(9), [slow, failing], () => refuse?.(new RangeError("second")))).rejects.toThrow(new RangeError("first"));
});
