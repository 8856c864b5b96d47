import { expect, it } from "vitest";
import { CheckpointDb } from "../../src/ingest/checkpoint-db.js";
import { Claims } from "../../src/ingest/claims.js";
import type { ParsedEvent } from "../../src/providers/provider.js";

const said = (origin: string, onceKey?: string): ParsedEvent => ({
  origin,
  offsetBytes: 0,
  kind: { type: "parse_warning", message: "x", raw: "" },
  ...(onceKey === undefined ? {} : { onceKey }),
});

const openClaims = (): Claims => new Claims(CheckpointDb.copyInMemory(undefined), () => true);
const originsOf = (events: readonly ParsedEvent[]): string[] => events.map(({ origin }) => origin);

it("what may be said once is said by the first that says it, within a batch and after it", () => {
  const claims = openClaims();
  const first = [said("a", "usage:1"), said("b"), said("c", "usage:1"), said("d", 'odd "key" \u0000 é')];
  expect(originsOf(claims.admit(1, first))).toEqual(["a", "b", "d"]);
  expect(originsOf(claims.admit(1, [said("e", "usage:2"), said("f", "usage:1"), said("g", 'odd "key" \u0000 é')]))).toEqual(["e"]);
});

it("what was said once may be said again by the same record, and in another session", () => {
  const claims = openClaims();
  const batch = [said("a", "usage:1"), said("b", "12"), said("c", "12.0"), said("d", "true")];
  expect(claims.admit(1, batch)).toEqual(batch);
  expect(claims.admit(1, batch)).toEqual(batch);
  expect(originsOf(claims.admit(2, [said("z", "usage:1")]))).toEqual(["z"]);
  expect(claims.claimOnce(1, "12", "b")).toBe(true);
  expect(claims.claimOnce(1, "12", "other")).toBe(false);
  const odd = "any \u0000 character";
  expect(originsOf(claims.admit(3, [said("a", odd)]))).toEqual(["a"]);
  expect(claims.claimOnce(3, odd, "other")).toBe(false);
  expect(claims.claimOnce(3, "any ", "other")).toBe(true);
});
