import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makePrivateDir, writeFileAtomic } from "../../src/io/atomic-write.js";
import { moveAside } from "../../src/io/moved-aside.js";
import { tempDir } from "../helpers/temp-dir.js";

describe("writeFileAtomic()", () => {
  it("replaces the file and leaves nothing beside it", () => {
    const path = join(tempDir(), "a.json");
    writeFileAtomic(path, "one");
    writeFileAtomic(path, "zwei ü");
    expect(readFileSync(path, "utf8")).toBe("zwei ü");
    expect(readdirSync(join(path, ".."))).toEqual(["a.json"]);
  });

  it.skipIf(process.platform === "win32")("writes for the owner alone", () => {
    const path = join(tempDir(), "a.json");
    writeFileAtomic(path, "one");
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("leaves the old file where it fails", () => {
    const dir = tempDir();
    mkdirSync(join(dir, "a.json"));
    expect(() => writeFileAtomic(join(dir, "a.json"), "text")).toThrow(/EISDIR|EPERM/);
    expect(() => writeFileAtomic(join(dir, "missing", "a.json"), "text")).toThrow(/ENOENT/);
    expect(readdirSync(dir)).toEqual(["a.json"]);
  });
});

describe("makePrivateDir()", () => {
  it.skipIf(process.platform === "win32")("makes folders for their owner alone", () => {
    const dir = join(tempDir(), "a", "b");
    makePrivateDir(dir);
    makePrivateDir(dir);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect(statSync(join(dir, "..")).mode & 0o777).toBe(0o700);
  });
});

describe("moveAside()", () => {
  it("keeps what stood in the file under a name that says when", () => {
    const path = join(tempDir(), "index.json");
    const moved = [1, 2, 3].map((n) => {
      writeFileSync(path, String(n));
      return moveAside(path, Date.UTC(2026, 0, 5, 10, 11, 12, 13));
    });
    expect(moved[0]).toBe(`${path}.corrupt-2026-01-05T10-11-12-013Z`);
    expect(moved.map((name) => readFileSync(name, "utf8"))).toEqual(["1", "2", "3"]);
    expect(readdirSync(join(path, ".."))).toHaveLength(3);
  });
});
