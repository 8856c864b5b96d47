import { truncateSync } from "node:fs";
import { expect, it } from "vitest";
import { readLogs } from "../helpers/logged.js";
import { promptLine, sessionPath, uuidOf, writeLines } from "./claude-lines.js";
import { openIngest } from "./open-ingest.js";

it("a file that was cut, and grew past the place that was read up to before anybody looked, is read again", async () => {
  const { ingest, dir, claudeDir } = openIngest();
  const sessionId = uuidOf(77);
  const path = sessionPath(claudeDir, sessionId);
  const lines = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, nth) => promptLine(from + nth, `prompt ${from + nth} ${"x".repeat(2000)}`, { sessionId }));
  writeLines(path, ...lines(10, 15));
  await ingest.import({ dryRun: false, force: false });
  truncateSync(path, Buffer.byteLength(lines(10, 12).join("")));
  writeLines(path, ...lines(20, 25));
  await ingest.import({ dryRun: false, force: false });
  const prompts = readLogs(dir).get(sessionId)?.flatMap((event) => (event.type === "user_message" ? [event.content.slice(0, 9)] : []));
  expect(prompts?.toSorted()).toEqual([10, 11, 12, 13, 14, 20, 21, 22, 23, 24].map((number) => `prompt ${number}`));
});
