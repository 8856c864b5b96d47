import { setImmediate as turn } from "node:timers/promises";
import { expect, it, onTestFinished, vi } from "vitest";
import { DerivedFile } from "../../src/io/derived-file.js";
import { Home } from "../../src/log/home.js";
import { SessionLogs } from "../../src/log/session-logs.js";
import { FreshIndex } from "../../src/search/fresh-index.js";
import { Precedence } from "../../src/search/precedence.js";
import { searchContent } from "../../src/search/search-schema.js";
import { said, started, writeLog } from "../catalogue/log-lines.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";

/** Others have had their turn this often by then, had they one to take. */
const manyTurns = 50;

/** An answer that is being made until it is told to end. */
function answerOf(precedence: Precedence): () => Promise<void> {
  let end: () => void = () => undefined;
  const made = precedence.of(() => new Promise<void>((resolve) => (end = resolve)));
  return () => {
    end();
    return made;
  };
}

function fakeTimers(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
}

it("who gives way waits for the last of the answers, and for a failed one no longer", async () => {
  fakeTimers();
  const precedence = new Precedence();
  const order: string[] = [];
  await precedence.giveWay(1000);
  const [endFirst, endSecond] = [answerOf(precedence), answerOf(precedence)];
  const waiting = precedence.giveWay(1000).then(() => order.push("went on"));
  await endFirst();
  await turn();
  order.push("one has ended");
  await endSecond();
  await waiting;
  expect(order).toEqual(["one has ended", "went on"]);
  await expect(precedence.of(() => Promise.reject(new Error("no such cursor")))).rejects.toThrow("no such cursor");
  await precedence.giveWay(1000);
  expect(vi.getTimerCount()).toBe(0);
});

it("who gives way goes on after the time it was told, where the answers do not end", async () => {
  fakeTimers();
  const precedence = new Precedence();
  const end = answerOf(precedence);
  let isOver = false;
  const waiting = precedence.giveWay(1000).then(() => (isOver = true));
  await vi.advanceTimersByTimeAsync(999);
  expect(isOver).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(isOver).toBe(true);
  await Promise.all([waiting, end()]);
});

it("the index is built between answers, and all the same while they do not end", async () => {
  const dir = tempDir();
  const [home, precedence] = [new Home({ dir }), new Precedence()];
  const logs = new SessionLogs(home, {});
  const file = new DerivedFile(dir, searchContent, { onWarning: () => undefined, now: Date.now });
  const index = new FreshIndex(file, { home, logs, onWarning: expect.unreachable, precedence, now: Date.now });
  onTestFinished(() => {
    index.close();
    file.close();
    logs.close();
  });
  const text = "a line of some words ".repeat(4000);
  for (const id of ["one", "two", "three", "four"]) writeLog(home.logsDirFor(null), id, [started(), ...Array.from({ length: 60 }, () => said(text))]);
  fakeTimers();
  const end = answerOf(precedence);
  await index.ready();
  await waitFor("a first step", () => vi.getTimerCount() === 1);
  const { pendingBytes } = index.state();
  expect(pendingBytes).toBeGreaterThan(8_000_000);
  for (let nth = 0; nth < manyTurns; nth += 1) await turn();
  expect(index.state().pendingBytes).toBe(pendingBytes);
  await vi.advanceTimersByTimeAsync(60_000);
  await waitFor("another step", () => index.state().pendingBytes < pendingBytes && vi.getTimerCount() === 1);
  const left = index.state().pendingBytes;
  expect(left).toBeGreaterThan(0);
  await end();
  // What has been made is handed on in so many steps of promises, and sent.
  for (let nth = 0; nth < manyTurns; nth += 1) await Promise.resolve();
  expect(index.state().pendingBytes).toBe(left);
  await waitFor("all of the index", () => index.state().complete);
});
