import { readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { LogListing } from "../../src/log/log-listing.js";
import { tempDir } from "../helpers/temp-dir.js";

/** A listing whose every read of a folder takes 10 ms of its clock. */
function slowListing() {
  const clock = { ms: 0, reads: 0 };
  const read = (folder: string): string[] => {
    clock.ms += 10;
    clock.reads += 1;
    return readdirSync(folder);
  };
  return { clock, listing: new LogListing({ now: () => clock.ms, read }) };
}

it("finds names whatever their case, and reads a folder once while it stays as it is", () => {
  const { clock, listing } = slowListing();
  const dir = tempDir();
  writeFileSync(join(dir, "Made-By-Hand.jsonl"), "");
  for (const name of ["made-by-hand.jsonl", "MADE-BY-HAND.jsonl"]) expect(listing.nameWithoutCase(dir, name)).toBe("Made-By-Hand.jsonl");
  clock.ms += 1e6;
  expect(listing.nameWithoutCase(dir, "other.jsonl")).toBeUndefined();
  expect(listing.nameWithoutCase(join(dir, "missing"), "other.jsonl")).toBeUndefined();
  expect(clock.reads).toBe(1);
});

it("reads a folder that others change all the time for a twentieth of the time, and knows at once what its own process made", () => {
  const { clock, listing } = slowListing();
  const dir = tempDir();
  for (let nth = 0; nth < 400; nth += 1) {
    writeFileSync(join(dir, `theirs-${nth}`), "");
    writeFileSync(join(dir, `Mine-${nth}`), "");
    // Times of folders are coarse.
    utimesSync(dir, nth, nth);
    listing.add(join(dir, `Mine-${nth}`));
    clock.ms += 1;
    listing.nameWithoutCase(dir, "nothing");
    expect(listing.nameWithoutCase(dir, `mine-${nth}`)).toBe(`Mine-${nth}`);
  }
  expect(clock.reads).toBe(Math.ceil(400 / 190));
  clock.ms += 190;
  expect(listing.nameWithoutCase(dir, "THEIRS-399")).toBe("theirs-399");
});
