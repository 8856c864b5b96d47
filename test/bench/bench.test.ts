import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { tempDir } from "../helpers/temp-dir.js";

const script = fileURLToPath(new URL("bench.mjs", import.meta.url));

interface Summary {
  median: number;
  q1: number;
  q3: number;
  samples: number;
}

interface Row {
  part: string;
  what: string;
  ours: Summary | null;
  floor: (Summary & { name: string }) | null;
  ratio: number | null;
  budget: { times?: number; most?: number; equal?: true } | null;
  held: boolean | null;
  note?: string;
}

function bench(args: readonly string[], path = process.env["PATH"] ?? "") {
  const folder = tempDir();
  const run = spawnSync(process.execPath, [script, ...args], { encoding: "utf8", env: { PATH: path, TMPDIR: folder, HOME: folder } });
  return { ...run, left: readdirSync(folder), told: () => JSON.parse(run.stdout) as { rows: Row[]; failed: { part: string; error: string }[] } };
}

describe("the bench", () => {
  it("tells medians, quartiles, ratio to the floor and whether the budget is held as JSON, and leaves nothing behind", () => {
    const run = bench(["--json", "--only", "read", "--gb", "0.001"]);
    expect(run.stderr).toContain("read: ");
    const { rows, failed } = run.told();
    expect(failed).toEqual([]);
    const timed = rows.filter(({ floor }) => floor);
    expect(timed.map(({ what }) => what)).toEqual(["last 50 events of 1 MB", "50 events in the middle of 1 MB"]);
    for (const { part, ours, floor, ratio, budget, held } of timed) {
      expect(part).toBe("read");
      expect(floor).toMatchObject({ name: "read at known offset", samples: 63 });
      expect(ours?.samples).toBe(63);
      expect([ours?.q1, ours?.median, ours?.q3]).toEqual([ours?.q1, ours?.median, ours?.q3].sort((one, other) => Number(one) - Number(other)));
      expect(ratio).toBeCloseTo(Number(ours?.median) / Number(floor?.median), 1);
      expect(budget).toEqual({ times: 5 });
      expect(held).toBe(Number(ratio) <= 5);
    }
    expect(rows).toContainEqual(expect.objectContaining({ what: "pages hold the events of that place", held: true }));
    expect(run.left).toEqual([]);
  });

  it("leaves out a program that cannot be installed, says so, and counts no budget for it", () => {
    const run = bench(["--json", "--peers", "--only", "usage", "--gb", "0.001"], "");
    expect(run.status).toBe(0);
    expect(run.stderr).toContain("Cannot install ccusage@");
    const { rows } = run.told();
    expect(rows).toEqual([expect.objectContaining({ note: "cannot be installed", held: null, budget: null })]);
  });

  it("names a part that fails, goes on with the rest, and fails itself where it is asked to be strict", () => {
    // A log of less than a page.
    const args = ["--json", "--only", "read,wait", "--gb", "1e-9"];
    expect(bench(args).status).toBe(0);
    const run = bench([...args, "--strict"]);
    expect(run.status).toBe(1);
    const { rows, failed } = run.told();
    expect(failed.map(({ part }) => part)).toEqual(["read"]);
    expect(rows.map(({ part }) => part)).toEqual(["wait"]);
  });

  it("refuses a part that it does not have, and a size that is none", () => {
    expect(bench(["--only", "reed"]).stderr).toContain('--only: "reed" is none of spawn, calls');
    expect(bench(["--only", "usage"]).stderr).toContain('--only: "usage" is none of');
    expect(bench(["--gb", "much"]).stderr).toContain('--gb: "much" is no size');
  });
});
