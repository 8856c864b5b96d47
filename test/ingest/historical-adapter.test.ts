import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { historicalAdapter } from "../../src/ingest/historical-adapter.js";
import { tempDir } from "../helpers/temp-dir.js";
import { acme, type AcmeRecord } from "./acme.js";

it("gives each session of a file that holds several on its own", () => {
  const homeDir = tempDir();
  mkdirSync(join(homeDir, ".acme/s"), { recursive: true });
  const records: AcmeRecord[] = [{ id: "a", say: "mine" }, { id: "b", say: "yours", session: "second" }, { id: "c", say: "mine too" }];
  writeFileSync(join(homeDir, ".acme/s/both.jsonl"), records.map((record) => `${JSON.stringify(record)}\n`).join(""));
  const sessions = [...historicalAdapter(acme, { homeDir, variables: {}, platform: "linux" }).backfill(null)];
  const told = sessions.map(({ metadata, events }) => [metadata.providerSessionId, ...events.map(([, kind]) => (kind.type === "user_message" ? kind.content : kind.type))]);
  expect(told).toEqual([
    ["both", "session_started", "mine", "mine too"],
    ["second", "session_started", "yours"],
  ]);
});
