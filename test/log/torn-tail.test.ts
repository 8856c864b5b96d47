import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { LogBytes } from "../../src/log/log-bytes.js";
import { logLines } from "../helpers/log-lines.js";
import { message } from "./drafts.js";
import { newLogPath, openLog } from "./open-log.js";

/** A log of two lines with `tail` behind them. */
function tornLog(tail: string | Buffer): string {
  const path = newLogPath();
  const log = openLog(path);
  log.append([message("a"), message("b")]);
  log.close();
  appendFileSync(path, tail);
  return path;
}

const line3 = '{"seq":3,"ts":"2026-01-05T10:11:12.013Z","provider":"acme","wrapper_session_id":"s1","source_kind":"wrapper","completeness":"full","type":"stderr","message":"whole"}';

describe("A torn last line", () => {
  it("is closed by a newline where it is whole", () => {
    const path = tornLog(line3);
    expect(openLog(path).append([message("c")]).seqs).toEqual([4]);
    expect(logLines(path).map(({ seq, type }) => [seq, type])).toEqual([
      [1, "user_message"],
      [2, "user_message"],
      [3, "stderr"],
      [4, "user_message"],
    ]);
  });

  const half = { "half a line": line3.slice(0, 90), "a number": "12", "no event": '{"a":1}', zeros: Buffer.alloc(300), "half a character": Buffer.from([0x22, 0xe2, 0x82]) };
  for (const [what, tail] of Object.entries(half)) {
    it(`is cut off at open, and told of, where it is ${what}`, () => {
      const path = tornLog(tail);
      expect(openLog(path).summary().lastSeq).toBe(3);
      const text = readFileSync(path, "utf8");
      expect(text.endsWith("\n")).toBe(true);
      const warning = logLines(path)[2];
      expect(warning).toMatchObject({ seq: 3, type: "parse_warning", provider: "acme", source_kind: "wrapper", raw: tail.toString("utf8") });
      expect(openLog(path).append([message("c")]).seqs).toEqual([4]);
      expect(logLines(path)).toHaveLength(4);
    });
  }

  it("keeps at most 64 KB of itself in the warning", () => {
    const path = tornLog(`"${"€".repeat(50_000)}`);
    openLog(path);
    const raw = String(logLines(path)[2]?.["raw"]);
    expect(Buffer.byteLength(raw)).toBeGreaterThan(64 * 1024 - 4);
    expect(Buffer.byteLength(raw)).toBeLessThanOrEqual(64 * 1024);
    expect(raw).toMatch(/^"€+$/);
  });

  it("is dealt with by the next append too, of a log that is open", () => {
    const path = newLogPath();
    const log = openLog(path);
    log.append([message("a")]);
    appendFileSync(path, '{"seq":2,');
    expect(log.append([message("b")])).toMatchObject({ seqs: [3], events: [{ type: "user_message" }] });
    expect(logLines(path).map(({ type }) => type)).toEqual(["user_message", "parse_warning", "user_message"]);
  });

  it("makes an otherwise empty log start with its warning", () => {
    const path = newLogPath();
    openLog(path).close();
    writeFileSync(path, '{"seq":1,"ts"');
    expect(openLog(path).append([message("a")]).seqs).toEqual([2]);
    expect(logLines(path).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it("of the bytes of a broken line that was closed does not raise the next seq", () => {
    const path = tornLog('{"seq":900,"ts":"2026\n\nno json\n{"seq":2000,"half');
    expect(openLog(path).append([message("c")]).seqs).toEqual([4]);
  });

  it("is not taken for one where whole lines of another came since the last look", () => {
    const path = tornLog("");
    const bytes = new LogBytes(path, { make: true });
    appendFileSync(path, `${line3}\n${line3.replace("whole", "too")}\n`);
    bytes.repair(() => expect.unreachable("nothing is cut"));
    bytes.close();
    expect(logLines(path).map(({ message: text }) => text)).toEqual([undefined, undefined, "whole", "too"]);
  });
});
