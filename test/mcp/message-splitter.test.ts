import { expect, onTestFinished, test, vi } from "vitest";
import { type Message, MessageSplitter } from "../../src/mcp/message-splitter.js";

function shown(messages: Message[]): string[] {
  return messages.map((message) => ("line" in message ? message.line.toString() : `${message.oversized.bytes} bytes`));
}

test("lines come out the same however the stream is cut", () => {
  const stream = Buffer.from("first\nsecond line\n\nx\nlast");
  for (let size = 1; size <= stream.length; size++) {
    const splitter = new MessageSplitter(1000);
    const messages: Message[] = [];
    for (let at = 0; at < stream.length; at += size) messages.push(...splitter.push(stream.subarray(at, at + size)));
    expect(shown(messages)).toEqual(["first", "second line", "", "x"]);
    const rest = splitter.rest();
    expect(rest && shown([rest])).toEqual(["last"]);
    expect(splitter.rest()).toBeUndefined();
  }
});

test("of a line that is too long only its ends are kept, and the next line is whole again", () => {
  const text = `start-${"m".repeat(30_000)}-end`;
  for (const size of [1, 777, 5000, 100_000]) {
    const splitter = new MessageSplitter(10_000);
    const stream = Buffer.from(`${text}\nnext\n`);
    const messages: Message[] = [];
    for (let at = 0; at < stream.length; at += size) messages.push(...splitter.push(stream.subarray(at, at + size)));
    expect(shown(messages)).toEqual([`${text.length} bytes`, "next"]);
    const [first] = messages;
    if (!first || !("oversized" in first)) throw new Error("the first line is too long");
    expect(first.oversized.head.toString().startsWith("start-")).toBe(true);
    expect(first.oversized.tail.toString().endsWith("-end")).toBe(true);
    expect(first.oversized.head.length + first.oversized.tail.length).toBeLessThan(10_000);
  }
});

test("the pieces of a long line are copied once, however many there are", () => {
  const concat = vi.spyOn(Buffer, "concat");
  onTestFinished(() => concat.mockRestore());
  const splitter = new MessageSplitter(1024 * 1024);
  const piece = Buffer.alloc(256, "x");
  const pieces = 4_000;
  for (let nth = 0; nth < pieces; nth++) expect([...splitter.push(piece)]).toEqual([]);
  const [message] = [...splitter.push(Buffer.from("\n"))];
  expect(message).toMatchObject({ line: { length: pieces * piece.length } });
  const copied = concat.mock.results.reduce((sum, { value }) => sum + (value as Buffer).length, 0);
  expect(copied).toBe(pieces * piece.length);
});
