import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { logPaths, readLog } from "../helpers/logged.js";
import { connectServer } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";

const batch = 20;

describe("two servers on one home", () => {
  it("write 2,000 events each into one session: 4,000 lines, seq without a gap, nothing lost or doubled", async () => {
    const home = tempDir();
    const [one, two] = await Promise.all([connectServer({ home }), connectServer({ home })]);
    const { session_id } = await one.call("start_session", { provider: "test", workspace_path: "/" });
    const write = async (server: typeof one, name: string) => {
      const seqs: number[] = [];
      for (let n = 0; n < 2000; n += batch) {
        const single = n % 200 === 0;
        if (single) seqs.push((await server.call("emit_event", { session_id, message: `${name} ${n}` }))["first_seq"] as number);
        const events = Array.from({ length: single ? batch - 1 : batch }, (_, at) => ({ type: "assistant_message", content: `${name} ${n + at + Number(single)}` }));
        const answer = await server.call("emit_event", { session_id, events });
        for (let seq = answer["first_seq"] as number; seq <= (answer["last_seq"] as number); seq++) seqs.push(seq);
      }
      return seqs;
    };
    const [first, second] = await Promise.all([write(one, "one"), write(two, "two")]);
    const path = logPaths(home)[0] ?? "";
    const events = readLog(path).filter((event) => event.type === "assistant_message" || event.type === "user_event");
    const all = readLog(path).filter((event) => event.type !== "heartbeat");
    expect(events).toHaveLength(4000);
    expect(readLog(path).map((event) => event.seq)).toEqual(Array.from(readLog(path), (_, at) => at + 1));
    expect(all).toHaveLength(4001);
    const bySeq = new Map(events.map((event) => [event.seq, "content" in event ? event.content : event.message]));
    expect(first.map((seq) => bySeq.get(seq))).toEqual(Array.from({ length: 2000 }, (_, n) => `one ${n}`));
    expect(second.map((seq) => bySeq.get(seq))).toEqual(Array.from({ length: 2000 }, (_, n) => `two ${n}`));
  });

  it("lose no acknowledged event when one is killed in the midst of writing, and leave no half line", async () => {
    const seed = Number(process.env["TEST_SEED"] ?? Math.floor(Math.random() * 1e9));
    let random = seed;
    const next = (below: number) => (random = (random * 1103515245 + 12345) % 2147483648) % below;
    const home = tempDir();
    const steady = await connectServer({ home });
    const { session_id } = await steady.call("start_session", { provider: "test", workspace_path: "/" });
    const acknowledged: string[] = [];
    for (let round = 0; round < 6; round++) {
      const victim = await connectServer({ home });
      const write = async (n: number) => {
        const content = `${round}-${n} ${"x".repeat(next(3000))}`;
        await victim.call("emit_event", { session_id, events: [{ type: "assistant_message", content }] });
        acknowledged.push(content);
      };
      const last = 3 + next(20);
      for (let n = 0; n < last; n++) await write(n);
      const cutOff = Promise.allSettled(Array.from({ length: 30 }, (_, at) => write(last + at)));
      // The moment is meant to be any: some of the calls are answered by then, some written, some not.
      await delay(next(12));
      process.kill(victim.pid, "SIGKILL");
      await cutOff;
      await steady.call("emit_event", { session_id, message: `after ${round}` });
    }
    const events = readLog(logPaths(home)[0] ?? "");
    const written = new Set(events.flatMap((event) => (event.type === "assistant_message" ? [event.content] : [])));
    expect(acknowledged.filter((content) => !written.has(content)), `seed ${seed}`).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(10);
    expect(events.map((event) => event.seq)).toEqual(events.map((_, at) => at + 1));
  });
});
