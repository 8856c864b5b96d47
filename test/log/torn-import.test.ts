import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { expect, it } from "vitest";
import { cutTornImport } from "../../src/log/torn-import.js";
import { message } from "./drafts.js";
import { newLogPath, openLog } from "./open-log.js";

const line = (sourceKind: string) =>
  `{"seq":3,"ts":"2026-01-05T10:11:12.013Z","provider":"acme","wrapper_session_id":"s1","provider_session_id":"n","source_kind":"${sourceKind}","completeness":"full","type":"stderr","message":"who`;

/** What is left of a log of two lines with `tail` behind them. */
function after(tail: string): { whole: string; left: string } {
  const path = newLogPath();
  const log = openLog(path);
  log.append([message("a"), message("b")]);
  log.close();
  const whole = readFileSync(path, "utf8");
  appendFileSync(path, tail);
  cutTornImport(path);
  return { whole, left: readFileSync(path, "utf8") };
}

for (const tail of [line("backfill"), line("provider_file"), line("backfill").slice(0, 60), "{", '{"seq":12']) {
  it(`cuts off half a line that an import left: ${tail.slice(0, 12)}… of ${tail.length} characters`, () => {
    const { whole, left } = after(tail);
    expect(left).toBe(whole);
  });
}

for (const tail of [line("wrapper"), line("stdout"), "12", '{"a":1}', `${line("backfill")}le"}`, "\0".repeat(40), ""]) {
  it(`leaves to the log what is no such half: ${JSON.stringify(tail.slice(-12))}`, () => {
    const { whole, left } = after(tail);
    expect(left).toBe(whole + tail);
  });
}

it("passes over a log that is not there, and takes one that is nothing but half a line", () => {
  const path = newLogPath();
  cutTornImport(path);
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, line("backfill"));
  cutTornImport(path);
  expect(readFileSync(path, "utf8")).toBe("");
});
