import { expect, it } from "vitest";
import { CheckpointDb } from "../../src/ingest/checkpoint-db.js";
import { SideFacts } from "../../src/ingest/side-facts.js";

it("a fact that names no session is said by the one that claims it first, and waits for no other", () => {
  const db = CheckpointDb.copyInMemory(undefined);
  const facts = new SideFacts(db);
  facts.add("acme", { nativeSessionId: "", origin: "cleared/1", kind: { type: "session_cleared", old_session_id: "before", new_session_id: null }, startedBetweenMs: [1000, 2000] }, "/w");
  const pending = (nativeId: string) => facts.pending({ provider: "acme", nativeId }, { path: `/w/${nativeId}.jsonl`, startedMs: () => 1500 });
  const [fact] = pending("a");
  expect([pending("a"), pending("b")].map((found) => found.map(({ origin }) => origin))).toEqual([["cleared/1"], ["cleared/1"]]);
  facts.claim([fact?.id ?? 0], { nativeId: "a" });
  expect(pending("b")).toEqual([]);
  expect(pending("a")).toMatchObject([{ origin: "cleared/1", kind: { new_session_id: "a" } }]);
  facts.settle([fact?.id ?? 0]);
  expect(pending("a")).toEqual([]);
  db.close();
});
