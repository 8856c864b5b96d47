import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { readRecords, type RecordBatch } from "../../src/ingest/read-records.js";
import type { ParsedEvent, Provider } from "../../src/providers/provider.js";
import { fileSource } from "../../src/io/byte-source.js";
import { tempDir } from "../helpers/temp-dir.js";

/** Says each line of a file as a message; its state counts them. */
const plain: Provider<number> = {
  name: "plain",
  supports: { tail: true, toolCalls: false, reasoning: false, usage: false, subAgents: false, sharedRecords: false, processFiles: false },
  roots: () => [],
  watchedFolders: [],
  classify: () => undefined,
  head: () => ({ continues: false }),
  start: () => 0,
  completeness: () => "full",
  parse(state, chunk, { final }) {
    const text = chunk.toString("utf8");
    const end = final ? text.length : text.lastIndexOf("\n") + 1;
    const lines = text.slice(0, end).split("\n").filter((line) => line !== "");
    const events = lines.map((content, nth): ParsedEvent => ({ origin: `${state + nth}/0`, offsetBytes: 0, kind: { type: "stderr", message: content } }));
    return { state: state + lines.length, events, agents: [], consumedBytes: end };
  },
};

function read(text: string, from: { final: boolean; chunkBytes: number; maxLineBytes?: number }): RecordBatch[] {
  const path = join(tempDir(), "lines");
  writeFileSync(path, text);
  const fd = openSync(path, "r");
  onTestFinished(() => closeSync(fd));
  const start = { state: 0, offsetBytes: 0, final: from.final };
  return [...readRecords(fileSource(fd, text.length), plain as Provider, start, { chunkBytes: from.chunkBytes, maxLineBytes: from.maxLineBytes ?? 1 << 20 })];
}

function messages(batches: readonly RecordBatch[]): string[] {
  return batches.flatMap(({ events }) => events.map(({ kind }) => (kind.type === "stderr" || kind.type === "parse_warning" ? kind.message : "")));
}

it.each([1, 3, 7, 1000])("gives the same lines with chunks of %d bytes, however long the lines are", (chunkBytes) => {
  const lines = ["a", "bb", "c".repeat(50), "d", "e".repeat(9)];
  const batches = read(`${lines.join("\n")}\nhalf`, { final: false, chunkBytes });
  expect(messages(batches)).toEqual(lines);
  expect(batches.at(-1)).toMatchObject({ state: 5, offsetBytes: lines.join("\n").length + 1, isLast: true });
  expect(messages(read(`${lines.join("\n")}\nhalf`, { final: true, chunkBytes }))).toEqual([...lines, "half"]);
});

it("passes over a line that is too long, says so, and goes on behind it", () => {
  const batches = read(`one\n${"x".repeat(100)}\ntwo\n`, { final: false, chunkBytes: 8, maxLineBytes: 32 });
  expect(messages(batches)).toEqual(["one", "A record of 101 bytes was passed over", "two"]);
  expect(batches.flatMap(({ events }) => events)[1]).toMatchObject({ origin: "line@4/0", kind: { raw: "x".repeat(32) } });
});

it("waits for the end of a line that is too long", () => {
  const batches = read(`one\n${"x".repeat(100)}`, { final: false, chunkBytes: 8, maxLineBytes: 32 });
  expect(messages(batches)).toEqual(["one"]);
  expect(batches.at(-1)?.offsetBytes).toBe(4);
});

it("asks for what waits where nothing is left to read", () => {
  expect(read("", { final: true, chunkBytes: 8 })).toMatchObject([{ bytes: 0, isLast: true }]);
});
