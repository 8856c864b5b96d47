import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { appendEventToLog } from "../../src/log/append-event.js";
import { SessionLogWriter } from "../../src/log/writer.js";
import { logLines } from "../helpers/log-lines.js";
import { sessionMetadata } from "../helpers/session-metadata.js";
import { tempDir } from "../helpers/temp-dir.js";

const event = { provider: "acme", wrapperSessionId: "w-1", providerSessionId: null, kind: { type: "stderr", message: "x" } } as const;

test("`appendEventToLog()` numbers a log that it makes from 0", () => {
  const path = join(tempDir(), "logs", "sessions", "w-1.jsonl");
  expect(appendEventToLog(path, { ...event, providerSessionId: "p-1" })).toBe(0);
  expect(appendEventToLog(path, event)).toBe(1);
  expect(logLines(path)).toMatchObject([
    { seq: 0, source_kind: "wrapper", completeness: "full", provider: "acme", wrapper_session_id: "w-1", provider_session_id: "p-1" },
    { seq: 1, provider_session_id: "p-1" },
  ]);
});

test("`appendEventToLog()` numbers an empty log from 1, and goes on behind the greatest seq", () => {
  const path = join(tempDir(), "sessions", "w-1.jsonl");
  mkdirSync(join(path, ".."));
  writeFileSync(path, "");
  expect(appendEventToLog(path, event)).toBe(1);
  const writer = SessionLogWriter.create(join(path, "..", ".."), sessionMetadata());
  expect(writer.emit("wrapper", { type: "stderr", message: "y" })).toBe(2);
  expect(appendEventToLog(path, event)).toBe(3);
});

test("`appendEventToLog()` refuses an event of another shape before it makes a file", () => {
  const path = join(tempDir(), "sessions", "w-1.jsonl");
  const kind = { type: "stderr" } as unknown as typeof event.kind;
  expect(() => appendEventToLog(path, { ...event, kind })).toThrow(expect.objectContaining({ code: "INVALID_EVENT" }));
  expect(() => logLines(path)).toThrow("ENOENT");
});
