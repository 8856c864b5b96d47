import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { LogFile } from "../../src/log/log-file.js";
import { logLock } from "../../src/log/log-lock.js";
import { bundleScript, childEnv } from "../helpers/child-script.js";
import { logLines } from "../helpers/log-lines.js";
import { ended, message, started, status } from "./drafts.js";
import { acme, newLogPath, openLog } from "./open-log.js";

const seqsOf = (path: string) => logLines(path).map(({ seq }) => seq);

describe("LogFile.append()", () => {
  it("writes lines of the fixed shape, numbered from 1", () => {
    const path = newLogPath();
    const log = openLog(path, {}, { now: () => Date.UTC(2026, 0, 5, 10, 11, 12, 13) });
    const result = log.append([message("hi", { key: "k" }), status("ready")]);
    const text = readFileSync(path, "utf8");
    expect(text.split("\n")).toEqual([
      '{"seq":1,"ts":"2026-01-05T10:11:12.013Z","provider":"acme","wrapper_session_id":"s1","provider_session_id":null,"source_kind":"wrapper","completeness":"full","type":"user_message","role":"user","content":"hi","message_id":null,"key":"k"}',
      '{"seq":2,"ts":"2026-01-05T10:11:12.013Z","provider":"acme","wrapper_session_id":"s1","provider_session_id":null,"source_kind":"wrapper","completeness":"full","type":"provider_status","message":"ready","data":null}',
      "",
    ]);
    expect(result).toMatchObject({ seqs: [1, 2], repeated: 0, fromByte: 0, toByte: text.length });
    expect(result.events.map(({ seq, type }) => [seq, type])).toEqual([
      [1, "user_message"],
      [2, "provider_status"],
    ]);
  });

  it("starts at 0 where asked to, and goes on behind the greatest seq of the file", () => {
    const path = newLogPath();
    openLog(path, {}, { firstSeq: 0 }).append([message("a")]);
    appendFileSync(path, '{"seq":7,"type":"stderr","message":"x"}\n{"seq":3,"type":"stderr","message":"x"}\n');
    expect(openLog(path).append([message("b")]).seqs).toEqual([8]);
    expect(seqsOf(path)).toEqual([0, 7, 3, 8]);
  });

  it("writes a record's own time in our form, and the time of the append where it has none that can be read", () => {
    const path = newLogPath();
    const log = openLog(path, {}, { now: () => 0 });
    log.append([{ ...message("a"), ts: "2026-01-05T12:11:12.123456789+02:00" }, { ...message("b"), ts: "yesterday" }]);
    expect(logLines(path).map(({ ts }) => ts)).toEqual(["2026-01-05T10:11:12.123Z", "1970-01-01T00:00:00.000Z"]);
  });

  it("shares a log with others that have it open, whichever writes", () => {
    const path = newLogPath();
    const [one, two] = [openLog(path), openLog(path)];
    for (let n = 0; n < 10; n += 1) (n % 3 ? one : two).append([message(String(n))]);
    expect(seqsOf(path)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(one.summary()).toEqual(two.summary());
  });

  it("writes a key once, and answers with the seq that has it", () => {
    const path = newLogPath();
    openLog(path).append([message("a"), message("b", { key: "k1" })]);
    const log = openLog(path);
    expect(log.append([message("again", { key: "k1" }), message("c", { key: "k2" }), message("same batch", { key: "k2" })])).toMatchObject({
      seqs: [2, 3, 3],
      repeated: 2,
    });
    openLog(path).append([message("d", { key: "k3" })]);
    expect(log.append([message("d", { key: "k3" })])).toMatchObject({ seqs: [4], repeated: 1, events: [] });
    expect(seqsOf(path)).toEqual([1, 2, 3, 4]);
  });

  it("is not misled by keys and origins inside inputs and texts", () => {
    const path = newLogPath();
    const nested = { key: "k", origin: "o/1", type: "session_ended" };
    const log = openLog(path);
    const input = { sourceKind: "wrapper", kind: { type: "tool_call", tool_name: "t", tool_id: null, input: nested } } as const;
    log.append([started({ origin: "real/1" }), input, message(`,"key":"k","origin":"o/1"}`), message('","type":"session_ended"')]);
    const again = openLog(path);
    expect(again.append([message("fresh", { key: "k" })]).repeated).toBe(0);
    expect([again.holdsOrigin("o/1"), again.holdsOrigin("real/1")]).toEqual([false, true]);
    expect(again.summary().ended).toBe("no");
  });

  it("leaves out origins that the log holds", () => {
    const path = newLogPath();
    openLog(path).append([message("a", { origin: "r1/text" })]);
    const log = openLog(path);
    const drafts = [message("a", { origin: "r1/text" }), message("b", { origin: "r2/text" })];
    expect(log.append(drafts)).toMatchObject({ seqs: [1, 2], repeated: 1 });
    expect(log.append(drafts)).toMatchObject({ seqs: [1, 2], repeated: 2, events: [] });
    expect(log.holdsOrigin("r2/text")).toBe(true);
  });

  it("asks the guard under the lock, and writes nothing where it throws", () => {
    const path = newLogPath();
    const log = openLog(path);
    log.append([started(), ended()]);
    const guard = ({ ended: end }: { ended: string }): void => {
      if (end !== "no") throw new Error(`ended: ${end}`);
    };
    expect(() => log.append([message("late")], { guard })).toThrow("ended: yes");
    expect(seqsOf(path)).toEqual([1, 2]);
  });

  it("writes no half of a surrogate pair, which other programs refuse to read", () => {
    const path = newLogPath();
    const input = { sourceKind: "wrapper", kind: { type: "tool_call", tool_name: "t", tool_id: null, input: { "k\udc00": ["\ud83d"] } } } as const;
    const { events } = openLog(path).append([message("cut \ud83d off, 😀 and \\ud83d whole"), input]);
    expect(readFileSync(path, "utf8")).not.toMatch(/[^\\]\\ud/);
    expect(events).toMatchObject([{ content: "cut \ufffd off, 😀 and \\ud83d whole" }, { input: { "k\ufffd": ["\ufffd"] } }]);
  });

  it("cuts strings over 1 MiB at a code point, wherever they stand, and counts what it cut", () => {
    const path = newLogPath();
    const limit = 1024 * 1024;
    const long = "x".repeat(limit - 1) + "€€";
    const kind = { type: "tool_call", tool_name: "t", tool_id: null, input: { deep: [long, "short"] } } as const;
    const { events } = openLog(path).append([{ sourceKind: "wrapper", kind }, message("y".repeat(limit))]);
    const [call, whole] = logLines(path);
    expect(call?.["input"]).toEqual({ deep: ["x".repeat(limit - 1), "short"] });
    expect(call?.["truncated"]).toBe(6);
    expect(whole?.["content"]).toHaveLength(limit);
    expect(whole).not.toHaveProperty("truncated");
    expect(events[0]).toMatchObject({ truncated: 6, input: { deep: ["x".repeat(limit - 1), "short"] } });
  });

  it("refuses a line over 4 MiB, and with it the whole batch", () => {
    const path = newLogPath();
    const log = openLog(path);
    const big = { sourceKind: "wrapper", kind: { type: "provider_status", message: "m", data: Array(5).fill("x".repeat(1024 * 1024)) } } as const;
    expect(() => log.append([message("a"), big])).toThrow(expect.objectContaining({ code: "EVENT_TOO_LARGE" }));
    expect(statSync(path).size).toBe(0);
    expect(log.append([message("b")]).seqs).toEqual([1]);
  });

  it("shortens a provider's record over 4 MiB instead, so that the rest of its file is not held up", () => {
    const path = newLogPath();
    const log = openLog(path);
    const keys = Object.fromEntries(Array.from({ length: 500_000 }, (_, nth) => [`key${nth}`, nth]));
    const call = { sourceKind: "backfill", kind: { type: "tool_call", tool_name: "t", tool_id: null, input: keys }, extras: { origin: "1/call" } } as const;
    const { events } = log.append([call, message("\u0001".repeat(1_500_000), { origin: "2/text" }), message("behind", { origin: "3/text" })]);
    expect(logLines(path).map(({ seq, origin }) => [seq, origin])).toEqual([[1, "1/call"], [2, "2/text"], [3, "3/text"]]);
    const [input, control] = logLines(path);
    expect(String(input?.["input"])).toBe(JSON.stringify(keys).slice(0, 1024 * 1024));
    expect(input?.["truncated"]).toBe(JSON.stringify(keys).length - 1024 * 1024);
    expect(control).toMatchObject({ content: "\u0001".repeat(512 * 1024), truncated: 1_500_000 - 512 * 1024 });
    expect(events).toEqual(logLines(path));
  });

  it("takes a log in anew that was replaced, cut short or removed", () => {
    const path = newLogPath();
    const log = openLog(path);
    log.append([message("a"), message("b"), message("c")]);
    truncateSync(path, readFileSync(path).indexOf(10) + 1);
    expect(log.append([message("d")]).seqs).toEqual([2]);
    rmSync(path);
    expect(log.summary()).toMatchObject({ lastSeq: -1, sizeBytes: 0 });
    expect(existsSync(path)).toBe(false);
    expect(log.append([message("e")]).seqs).toEqual([1]);
    rmSync(path);
    writeFileSync(path, '{"seq":40,"type":"stderr","message":"x"}\n');
    expect(log.append([message("f")]).seqs).toEqual([41]);
    expect(seqsOf(path)).toEqual([40, 41]);
  });

  it("waits for the lock without blocking", async () => {
    const path = newLogPath();
    const log = openLog(path);
    const lock = logLock(path);
    lock.tryLock();
    const waiting = log.appendAsync([message("a")]);
    expect(log.isBusy).toBe(true);
    setImmediate(() => lock.unlock());
    expect((await waiting).seqs).toEqual([1]);
    expect(log.isBusy).toBe(false);
  });

  it("writes durably, many at a time", async () => {
    const path = newLogPath();
    const log = openLog(path, {}, { durable: true });
    const results = await Promise.all(Array.from({ length: 32 }, (_, n) => log.appendAsync([message(String(n))])));
    expect(results.map(({ seqs }) => seqs[0])).toEqual(Array.from({ length: 32 }, (_, n) => n + 1));
    expect(log.append([message("sync")]).seqs).toEqual([33]);
    const pending = log.appendAsync([message("last")]);
    log.close();
    expect((await pending).seqs).toEqual([34]);
  });

  it("writes nothing where the log is closed while it waits for the lock", async () => {
    const path = newLogPath();
    const log = openLog(path);
    const lock = logLock(path);
    lock.tryLock();
    const waiting = log.appendAsync([message("a")]);
    log.close();
    lock.unlock();
    await expect(waiting).rejects.toMatchObject({ code: "LOG_CLOSED" });
    expect(statSync(path).size).toBe(0);
  });

  it("answers every call but close with LOG_CLOSED after close", async () => {
    const log = openLog(newLogPath());
    log.close();
    log.close();
    const calls = [
      () => log.append([message("a")]),
      () => log.summary(),
      () => log.holdsOrigin("o"),
      () => log.setProviderSessionId("p"),
      () => log.lowerCompleteness("partial"),
    ];
    for (const call of calls) expect(call).toThrow(expect.objectContaining({ code: "LOG_CLOSED" }));
    await expect(log.appendAsync([message("a")])).rejects.toMatchObject({ code: "LOG_CLOSED" });
  });

  it("says LOG_IO, and how many events were written, where the file cannot be written", () => {
    const path = join("/dev/full", "x.jsonl");
    expect(() => LogFile.open(path, acme)).toThrow(expect.objectContaining({ code: "LOG_IO" }));
  });

  it.skipIf(process.platform === "win32")("says LOG_IO with 0 events where half of them finds room, and the log goes on where it was", () => {
    const path = newLogPath();
    const script = bundleScript(`
      import { LogFile } from "./src/log/log-file.js";
      const log = LogFile.open(${JSON.stringify(path)}, ${JSON.stringify(acme)});
      const append = (content) => log.append([{ sourceKind: "wrapper", kind: { type: "user_message", role: "user", content, message_id: null } }]);
      append("before");
      try { append("x".repeat(500_000)); } catch (error) { console.log(error.code, error.message); }
      append("behind");
    `);
    // A disk that is full is not at hand: a limit for files lets the first bytes through as well.
    const said = execFileSync("sh", ["-c", 'ulimit -f 200; exec "$0" "$1"', process.execPath, script], { env: childEnv, encoding: "utf8" });
    expect(said).toMatch(/^LOG_IO .*: 0 of 1 events were written: EFBIG/);
    expect(logLines(path).map(({ seq, content }) => [seq, content])).toEqual([
      [1, "before"],
      [2, "behind"],
    ]);
  });

  it.skipIf(process.platform === "win32")("says LOG_IO where a link or a folder stands, and follows no link", () => {
    const [link, folder] = [newLogPath(), newLogPath()];
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(dirname(link), "elsewhere"), link);
    mkdirSync(folder, { recursive: true });
    expect(() => LogFile.open(link, acme)).toThrow(expect.objectContaining({ code: "LOG_IO", message: expect.stringContaining("a link stands there") }));
    expect(() => LogFile.open(folder, acme)).toThrow(expect.objectContaining({ code: "LOG_IO", message: expect.stringContaining("a folder stands there") }));
    expect(existsSync(join(dirname(link), "elsewhere"))).toBe(false);
  });
});
