import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { CoreError } from "../../src/errors.js";
import { Home } from "../../src/log/home.js";
import type { LogSummary } from "../../src/log/log-summary.js";
import { SessionLogs, type LogAppend } from "../../src/log/session-logs.js";
import { bundleScript, childEnv } from "../helpers/child-script.js";
import { readTraffic, sumOf, trafficInto } from "../helpers/file-traffic.js";
import { logLines } from "../helpers/log-lines.js";
import { canTrace } from "../helpers/system-calls.js";
import { tempDir } from "../helpers/temp-dir.js";
import { ended, message } from "./drafts.js";
import { newLogPath, openLog } from "./open-log.js";

const contentOf = (path: string): unknown[] => logLines(path).map(({ seq, content }) => [seq, content]);
const notEnded = ({ ended: state }: LogSummary): void => {
  if (state !== "no") throw new CoreError("SESSION_ENDED", "it has ended");
};

describe("appends that are asked for in one turn", () => {
  it("have seqs in the order in which they were asked for, and each is told the bytes of its own lines", async () => {
    const home = new Home({ dir: tempDir() });
    const logs = new SessionLogs(home);
    onTestFinished(() => logs.close());
    const { path } = logs.create("s1", { provider: "acme", providerSessionId: null }, home.logsDirFor(null));
    const told: LogAppend[] = [];
    logs.onAppend((append) => void told.push(append));
    const texts = Array.from({ length: 40 }, (_, n) => Array.from({ length: n % 4 }, (_empty, m) => `${n}.${m} ü`));
    const results = await Promise.all(texts.map((some) => logs.appendAsync("s1", some.map((text) => message(text)))));
    const all = texts.flat();
    expect(contentOf(path)).toEqual(all.map((text, at) => [at + 1, text]));
    expect(results.flatMap(({ seqs }) => seqs)).toEqual(all.map((_, at) => at + 1));
    const bytes = readFileSync(path);
    for (const [nth, { events, fromByte, toByte }] of results.entries()) {
      const lines = bytes.subarray(fromByte, toByte).toString().split("\n").slice(0, -1);
      expect(lines.map((line) => JSON.parse(line))).toEqual(events);
      expect(events.map((event) => "content" in event && event.content)).toEqual(texts[nth]);
    }
    expect(told.map(({ fromByte }) => fromByte)).toEqual([0, ...told.slice(0, -1).map(({ toByte }) => toByte)]);
  });

  it("say a key once, whoever of them says it", async () => {
    const path = newLogPath();
    const log = openLog(path);
    const keyed = (key: string): ReturnType<typeof message> => message(key, { key });
    const results = await Promise.all([[keyed("a")], [keyed("b"), keyed("a")], [keyed("b"), keyed("c")], [message("d")]].map((drafts) => log.appendAsync(drafts)));
    expect(results.map(({ seqs, repeated }) => [seqs, repeated])).toEqual([[[1], 0], [[2, 1], 1], [[2, 3], 1], [[4], 0]]);
    expect(results.map(({ events }) => events.map(({ seq }) => seq))).toEqual([[1], [2], [3], [4]]);
    expect(contentOf(path)).toEqual([[1, "a"], [2, "b"], [3, "c"], [4, "d"]]);
  });

  it("are refused each by itself: the others are written", async () => {
    const path = newLogPath();
    const log = openLog(path);
    const controls = Array.from({ length: 4 }, () => "\u0001".repeat(1_000_000));
    const tooLarge = { sourceKind: "wrapper", kind: { type: "tool_call", call_id: "1", name: "x", input: controls } } as unknown as ReturnType<typeof message>;
    const refusal = new CoreError("READ_ONLY", "not this one");
    const results = await Promise.allSettled([
      log.appendAsync([message("a")]),
      log.appendAsync([message("b")]),
      log.appendAsync([tooLarge]),
      log.appendAsync([message("c")], {
        guard: () => {
          throw refusal;
        },
      }),
      log.appendAsync([message("d")]),
    ]);
    expect(results.map((result) => (result.status === "fulfilled" ? result.value.seqs : (result.reason as CoreError).code))).toEqual([[1], [2], "EVENT_TOO_LARGE", "READ_ONLY", [3]]);
    expect(contentOf(path)).toEqual([[1, "a"], [2, "b"], [3, "d"]]);
  });

  it("go by the end that one before them writes", async () => {
    const log = openLog(newLogPath());
    const drafts = [message("a"), message("b"), ended(), message("c"), ended()];
    const results = await Promise.allSettled(drafts.map((draft) => log.appendAsync([draft], { guard: notEnded })));
    expect(results.map((result) => (result.status === "fulfilled" ? result.value.seqs : (result.reason as CoreError).code))).toEqual([[1], [2], [3], "SESSION_ENDED", "SESSION_ENDED"]);
  });

  it("are written before what is asked for after them, be it an append that blocks or the closing of the log", async () => {
    const path = newLogPath();
    const log = openLog(path);
    const first = ["a", "b", "c"].map((text) => log.appendAsync([message(text)]));
    expect(log.append([message("d")]).seqs).toEqual([4]);
    const last = ["e", "f", "g"].map((text) => log.appendAsync([message(text)]));
    log.close();
    expect((await Promise.all([...first, ...last])).map(({ seqs }) => seqs)).toEqual([[1], [2], [3], [5], [6], [7]]);
    expect(contentOf(path)).toEqual(["a", "b", "c", "d", "e", "f", "g"].map((text, at) => [at + 1, text]));
  });
});

const appender = `
import { LogFile } from "./src/log/log-file.ts";
const [path] = process.argv.slice(2);
const log = LogFile.open(path, { provider: "acme", sessionId: "s1", providerSessionId: null });
const draft = { sourceKind: "wrapper", kind: { type: "user_message", role: "user", content: "hello", message_id: null } };
await Promise.all(Array.from({ length: 64 }, () => log.appendAsync([draft])));
log.close();
`;

it.skipIf(!canTrace())("sixty-four appends in one turn take one write", () => {
  const path = newLogPath();
  const trace = join(tempDir(), "trace");
  const [tracer = "", ...args] = trafficInto(trace);
  const { status, stderr } = spawnSync(tracer, [...args, process.execPath, bundleScript(appender), path], { env: childEnv, encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
  expect(logLines(path)).toHaveLength(64);
  expect(sumOf(readTraffic(trace), (file) => file === path)).toMatchObject({ writes: 1 });
});
