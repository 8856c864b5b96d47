import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { ZstdSource } from "../../src/io/zstd-source.js";
import { newSeed, seededRandom } from "../helpers/random.js";
import { tempDir } from "../helpers/temp-dir.js";
import { zstdOf } from "../helpers/zstd.js";

/** 60 lines "line <n> of <n × 7919 modulo 4001>", as packed by the zstd of Node 24. */
const packed = "KLUv/WCmAq0HAFJOHhPAJcMBzQCWf1allDLJlDgUpycEwsc66Z3bD/8XXzw++eWgbUwUkb7CUYfPUp0kWYRMTRDNZc41D2kpHaYbNE/X2RFWhg1iW+zWWoft24bbRrmX9XKk/JSmslVupJFDM94am9YYT4T+Eol+fFOJZQobBgPDBoEAQEB2qCCgtT0DgJOUHAMQGM14A1GNSmNz0k9H5WIPBXIRHbrGxRwKiItwQ4FwWUMEcFmGjN+UDyNleIepPEYy2nBA8oxRajIhyKQzWQ6Hw/FwUIaPR706cil6M3QTdPbj0vNm54Ycc248XlQXXVNjUzJ2qCmdiwjsfsUU";

function sourceOf(bytes: Buffer): ZstdSource {
  const path = join(tempDir(), "packed.zst");
  writeFileSync(path, bytes);
  const fd = openSync(path, "r");
  onTestFinished(() => closeSync(fd));
  return new ZstdSource(fd);
}

it("unpacks what another program packed", () => {
  const text = Array.from({ length: 60 }, (_, n) => `line ${n} of ${(n * 7919) % 4001}\n`).join("");
  const source = sourceOf(Buffer.from(packed, "base64"));
  expect(source.readAt(0, 1 << 20).toString()).toBe(text);
  expect(source.readAt(text.length, 10)).toHaveLength(0);
  expect(source.fault).toBeUndefined();
});

it("gives any place of a large file, forward and back", () => {
  const seed = newSeed();
  const random = seededRandom(seed);
  const bytes = Buffer.from(Array.from({ length: 700_000 }, () => Math.floor(random() * 256)));
  const source = sourceOf(zstdOf(bytes));
  for (let round = 0; round < 30; round++) {
    const at = Math.floor(random() * bytes.length);
    const length = Math.floor(random() * 200_000);
    expect(source.readAt(at, length).equals(bytes.subarray(at, at + length)), `seed ${seed}, ${length} bytes at ${at}`).toBe(true);
  }
});

it("ends where a file is cut or damaged, and says so", () => {
  const bytes = Buffer.alloc(400_000, "some text ");
  const whole = zstdOf(bytes);
  const cut = sourceOf(whole.subarray(0, whole.length - 1000));
  const read = cut.readAt(0, 1 << 20);
  expect(read.equals(bytes.subarray(0, read.length))).toBe(true);
  expect(read.length).toBeGreaterThan(0);
  expect(cut.fault).toMatchObject({ code: "EZSTD" });
  const none = sourceOf(Buffer.from("not packed at all"));
  expect(none.readAt(0, 100)).toHaveLength(0);
  expect(none.fault).toMatchObject({ code: "EZSTD" });
});

it("has nothing where the file is empty", () => {
  expect(sourceOf(Buffer.alloc(0)).readAt(0, 100)).toHaveLength(0);
});

it("unpacks little more than it was asked for, however small the packed bytes are", () => {
  const blocks = 4096;
  const bomb = Buffer.alloc(6 + blocks * 4);
  bomb.set([0x28, 0xb5, 0x2f, 0xfd, 0, (17 - 10) << 3]);
  // Blocks that repeat one byte 128 Ki times.
  for (let nth = 0; nth < blocks; nth += 1) bomb.writeUInt32LE(((128 * 1024) << 3) | (1 << 1) | Number(nth === blocks - 1) | (0x61 << 24), 6 + nth * 4);
  const source = sourceOf(bomb);
  const before = process.memoryUsage().arrayBuffers;
  expect(source.readAt(0, 5).toString()).toBe("aaaaa");
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(400 << 20);
});
