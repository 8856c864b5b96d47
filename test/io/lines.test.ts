import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linesBackward, linesForward, splitLines } from "../../src/io/lines.js";
import { tempDir } from "../helpers/temp-dir.js";

const seen = (lines: Iterable<{ offsetBytes: number; bytes: Buffer }>) =>
  [...lines].map(({ offsetBytes, bytes }) => [offsetBytes, bytes.toString("latin1")]);

/** The whole lines of `text` (one byte a character) with their offsets. */
function model(text: string): [number, string][] {
  const lines: [number, string][] = [];
  let start = 0;
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
    lines.push([start, text.slice(start, end)]);
    start = end + 1;
  }
  return lines;
}

const pieces = fc.array(fc.oneof(fc.constantFrom("", "a", "\n", "\n\n", "line"), fc.nat(200_000).map((length) => "x".repeat(length))), { maxLength: 12 });

describe("linesForward() and linesBackward()", () => {
  it("give the whole lines of any file, whatever their lengths", () => {
    const path = join(tempDir(), "file");
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = parts.join("");
        writeFileSync(path, text, "latin1");
        expect(seen(linesForward(path, { fromByte: 0 }))).toEqual(model(text));
        expect(seen(linesBackward(path))).toEqual(model(text).reverse());
      }),
      { numRuns: 60 },
    );
  });

  it("keep to the range that they are given", () => {
    const path = join(tempDir(), "file");
    const text = `${"a".repeat(300_000)}\nbb\n\nccc\nrest`;
    writeFileSync(path, text);
    const lines = model(text);
    const starts = [...lines.map(([start]) => start), 300_009];
    for (const [at, start] of starts.entries()) {
      expect(seen(linesForward(path, { fromByte: start }))).toEqual(lines.slice(at));
      expect(seen(linesForward(path, { fromByte: 0, toByte: start }))).toEqual(lines.slice(0, at));
      expect(seen(linesBackward(path, { endByte: start }))).toEqual(lines.slice(0, at).reverse());
    }
  });

  it("read no more than they are asked for", () => {
    const path = join(tempDir(), "file");
    writeFileSync(path, "one\ntwo\n");
    const forward = linesForward(path, { fromByte: 0 });
    expect(forward.next().value?.bytes.toString()).toBe("one");
    forward.return(undefined);
    expect(forward.next().done).toBe(true);
  });

  it("throw where the file is missing", () => {
    const path = join(tempDir(), "none");
    expect(() => [...linesForward(path, { fromByte: 0 })]).toThrow(/ENOENT/);
    expect(() => [...linesBackward(path)]).toThrow(/ENOENT/);
  });
});

describe("splitLines()", () => {
  it("gives places of whole lines and leaves the rest", () => {
    expect(splitLines(Buffer.from("ab\n\nc"))).toEqual({
      lines: [
        { start: 0, end: 2 },
        { start: 3, end: 3 },
      ],
      consumedBytes: 4,
    });
    expect(splitLines(Buffer.from("half"))).toEqual({ lines: [], consumedBytes: 0 });
  });
});
