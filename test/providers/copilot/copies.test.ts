import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { copilot } from "../../../src/providers/copilot/copilot.js";
import type { NativeFile } from "../../../src/providers/provider.js";
import { parseWhole } from "../../helpers/parsed.js";

function fileAt(path: string): NativeFile {
  const found = copilot.classify("/root", path);
  if (!found) throw new Error(`No native file: ${path}`);
  return found;
}

const bytes = readFileSync(new URL("../../fixtures/copilot/sub-agent-by-envelope.jsonl", import.meta.url));
const folder = fileAt("session-state/7c9e6679-7425-40de-944b-e07fc1f90ae7/events.jsonl");
const eventsAt = (file: NativeFile, from = bytes) => parseWhole(copilot, from, { file }).events;

describe("copies of a Copilot log", () => {
  test("say the same under the same origins where a flat file was moved into a folder", () => {
    expect(eventsAt(fileAt("session-state/7c9e6679-7425-40de-944b-e07fc1f90ae7.jsonl"))).toEqual(eventsAt(folder));
  });

  test("carry the keys that another session's log knows, where a fork copied them", () => {
    const fork = fileAt("session-state/11111111-2222-4333-8444-555555555555/events.jsonl");
    expect(copilot.head(bytes, fork, {})).toMatchObject({ continues: true });
    const [start, ...others] = eventsAt(fork);
    expect(start).not.toHaveProperty("sharedKey");
    for (const { origin, sharedKey } of others) expect(origin.split("/")[0]).toBe(sharedKey);
  });

  test("say nothing new where a rewind cut the end off, and go on behind it", () => {
    const lines = bytes.toString("utf8").split("\n");
    const known = new Set(eventsAt(folder).map(({ origin }) => origin));
    const prompt = JSON.stringify({ type: "user.message", data: { content: "Instead." }, id: "99999999-0000-4000-8000-000000000001", timestamp: "2026-11-02T10:00:00.000Z" });
    const rewound = eventsAt(folder, Buffer.from([...lines.slice(0, 9), prompt, ""].join("\n")));
    expect(rewound.filter(({ origin }) => !known.has(origin)).map(({ kind }) => kind)).toMatchObject([{ type: "user_message", content: "Instead." }]);
  });
});
