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

it("tells UUIDs apart by each of their digits, and others by a digest", () => {
  const uuid = "019a0000-0000-7000-8123-456789abcdef";
  const digits = [...uuid.matchAll(/[0-9a-f]/g)].map(({ index }) => index);
  const near = digits.map((at) => `${uuid.slice(0, at)}${uuid[at] === "5" ? "6" : "5"}${uuid.slice(at + 1)}`);
  const numbers = Array.from({ length: 50 }, (_, number) => String(number));
  const counted = numbers.flatMap((session) => numbers.map((record) => `${session.padStart(8, "0")}-0000-4000-8000-${record.padStart(12, "0")}`));
  const keys = [uuid, ...near, ...counted, "not a uuid", "not a uuid either"];
  const bits = keys.map((key) => keyBits(key));
  expect(new Set(bits.map(({ high, low }) => `${high} ${low}`)).size).toBe(keys.length);
  expect(bits.every(({ high, low }) => high === high >>> 0 && low === low >>> 0)).toBe(true);
  expect(keyBits(uuid.toUpperCase())).toEqual(keyBits(uuid));
  expect(isUuid("019A0000-0000-7000-8123-456789ABCDEF")).toBe(true);
  expect(isUuid("[trimmed]")).toBe(false);
});

it("packs keys and gives them back", () => {
  const keys = [{ high: 0, low: 1 }, { high: 0xffffffff, low: 0x80000000 }];
  expect([...unpackKeys(packKeys(keys))]).toEqual(keys);
});
