import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { RecordOwners, isUuid, keyBits, packKeys, unpackKeys } from "../../src/ingest/record-keys.js";

it("remembers the owner of each of many keys", () => {
  const owners = new RecordOwners();
  const keys = Array.from({ length: 20_000 }, () => keyBits(randomUUID()));
  keys.forEach(({ high, low }, nth) => owners.set(high, low, nth + 1));
  expect(keys.every(({ high, low }, nth) => owners.get(high, low) === nth + 1)).toBe(true);
  const { high, low } = keyBits(randomUUID());
  expect(owners.get(high, low)).toBeUndefined();
});

it("changes the owner of a key", () => {
  const owners = new RecordOwners();
  owners.set(0, 0, 1);
  owners.set(0, 0, 2);
  expect(owners.get(0, 0)).toBe(2);
});

it("tells keys apart by the random end of a UUID, and others by a digest", () => {
  expect(keyBits("019a0000-0000-7000-8123-456789abcdef")).toEqual({ high: 0x81234567, low: 0x89abcdef });
  expect(keyBits("not a uuid")).not.toEqual(keyBits("not a uuid either"));
  expect(isUuid("019A0000-0000-7000-8123-456789ABCDEF")).toBe(true);
  expect(isUuid("[trimmed]")).toBe(false);
});

it("packs keys and gives them back", () => {
  const keys = [{ high: 0, low: 1 }, { high: 0xffffffff, low: 0x80000000 }];
  expect([...unpackKeys(packKeys(keys))]).toEqual(keys);
});
