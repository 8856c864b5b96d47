import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { backwardLines, forwardLines, greatestSeq } from "../../src/log/log-reader.js";
import { newSeed, seededRandom } from "../helpers/random.js";
import { tempDir } from "../helpers/temp-dir.js";

interface PlainLine {
  seq: number;
  offsetBytes: number;
}

interface RandomLog {
  path: string;
  /** The lines that can be read. */
  lines: PlainLine[];
}

function randomLog(dir: string, random: () => number, { foreign }: { foreign: boolean }): RandomLog {
  const below = (limit: number): number => Math.floor(random() * limit);
  const lines: PlainLine[] = [];
  let text = "";
  let seq = below(3);
  for (let count = below(120); count > 0; count -= 1) {
    const odd = below(20);
    if (odd === 0) text += ["\n", '{"seq":3,"broken\n', "no json\n", '{"type":"stderr"}\n'][below(4)];
    if (foreign && odd === 1) seq = Math.max(0, seq - below(8));
    const content = "é".repeat(below(10) === 0 ? below(40_000) : below(50));
    lines.push({ seq, offsetBytes: Buffer.byteLength(text) });
    text += odd === 2 ? `{ "type":"stderr", "seq":${seq}, "message":"" }\n` : `{"seq":${seq},"ts":"","type":"stderr","message":"${content}"}\n`;
    seq += 1;
  }
  if (below(2)) text += '{"seq":99,"half';
  const path = join(dir, `${below(2 ** 30)}.jsonl`);
  writeFileSync(path, text);
  return { path, lines };
}

function modelForward(lines: readonly PlainLine[], afterSeq: number): PlainLine[] {
  const last = lines.findLastIndex(({ seq }) => seq <= afterSeq);
  return lines.slice(last + 1);
}

function modelBackward(lines: readonly PlainLine[], beforeSeq: number): PlainLine[] {
  const first = lines.findIndex(({ seq }) => seq >= beforeSeq);
  return lines.slice(0, first < 0 ? lines.length : first).reverse();
}

const places = (lines: Iterable<PlainLine>) => [...lines].map(({ seq, offsetBytes }) => `${seq}@${offsetBytes}`);

describe("Reading a log", () => {
  it("from and to any seq gives what a plain reading of its lines gives, also where a foreign writer repeated numbers", () => {
    const seed = newSeed();
    const random = seededRandom(seed);
    const dir = tempDir();
    for (let round = 0; round < 60; round += 1) {
      const { path, lines } = randomLog(dir, random, { foreign: round % 2 === 0 });
      const seqs = [-1, 0, Infinity, 1000, ...Array.from({ length: 6 }, () => Math.floor(random() * 130))];
      for (const seq of seqs) {
        const where = `seed ${seed}, round ${round}, seq ${seq}`;
        expect(places(forwardLines(path, seq)), `${where}`).toEqual(places(seq < 0 ? lines : modelForward(lines, seq)));
        expect(places(backwardLines(path, seq)), `${where}`).toEqual(places(modelBackward(lines, seq)));
      }
      expect(greatestSeq(path), `seed ${seed}, round ${round}`).toBe(Math.max(-1, ...lines.map(({ seq }) => seq)));
    }
  });

  it("gives the same with places to start from, of logs whose seqs ascend", () => {
    const seed = newSeed();
    const random = seededRandom(seed);
    const dir = tempDir();
    for (let round = 0; round < 40; round += 1) {
      const { path, lines } = randomLog(dir, random, { foreign: false });
      const mapped = lines.filter((_, at) => at % 7 === 3);
      const seqOffset = (seq: number) => (round % 5 === 0 ? 13 : mapped.findLast((line) => line.seq <= seq)?.offsetBytes);
      for (const seq of [-1, 0, Infinity, ...Array.from({ length: 6 }, () => Math.floor(random() * 130))]) {
        const where = `seed ${seed}, round ${round}, seq ${seq}`;
        expect(places(forwardLines(path, seq, seqOffset)), `${where}`).toEqual(places(seq < 0 ? lines : modelForward(lines, seq)));
        expect(places(backwardLines(path, seq, seqOffset)), `${where}`).toEqual(places(modelBackward(lines, seq)));
      }
      expect(greatestSeq(path, seqOffset), `seed ${seed}, round ${round}`).toBe(lines.at(-1)?.seq ?? -1);
    }
  });

  it("gives lines with their text as it stands, and kinds that nobody knows yet", () => {
    const path = join(tempDir(), "a.jsonl");
    const raw = '{"seq":1,"ts":"","type":"from_the_future","field":"ü"}';
    writeFileSync(path, `${raw}\n`);
    expect([...forwardLines(path, -1)]).toEqual([{ seq: 1, offsetBytes: 0, raw, event: JSON.parse(raw) }]);
    expect([...backwardLines(path, Infinity)]).toEqual([...forwardLines(path, 0)]);
  });

  it("throws where there is no log", () => {
    const dir = join(tempDir(), "a");
    mkdirSync(dir);
    const path = join(dir, "none.jsonl");
    for (const read of [() => [...forwardLines(path, 3)], () => [...backwardLines(path, 3)], () => greatestSeq(path)]) expect(read).toThrow(/ENOENT/);
  });
});
