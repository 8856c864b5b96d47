// Appends through the log, locked and durable, against unlocked appends to a file kept open; 300 byte events.
import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { row } from "./rows.mjs";

const rounds = 7;
const child = fileURLToPath(new URL("append-child.mjs", import.meta.url));

/** The least that an append without a lock does: make the line, write it to a file that stays open. */
function floorUs(dir, count) {
  const fd = openSync(join(dir, "floor.jsonl"), "a");
  const head = { provider: "bench", wrapper_session_id: "bench", provider_session_id: null, source_kind: "wrapper", completeness: "full" };
  const kind = { type: "assistant_message", content: "y".repeat(300), message_id: null };
  const start = process.hrtime.bigint();
  for (let seq = 1; seq <= count; seq++) {
    const event = { seq, ts: new Date().toISOString(), ...head, ...kind };
    writeSync(fd, Buffer.from(`${JSON.stringify(event)}\n`));
  }
  closeSync(fd);
  return Number(process.hrtime.bigint() - start) / 1e3 / count;
}

/** @returns Microseconds of one append, of the slowest process. */
function oursUs(home, { processes = 1, count, inFlight = 0 }) {
  return Promise.all(
    Array.from({ length: processes }, () => new Promise((resolve, reject) => {
      const run = spawn(process.execPath, [child, home, String(count), String(inFlight)], { stdio: ["ignore", "pipe", "inherit"] });
      let out = "";
      run.stdout.on("data", (data) => (out += data));
      run.on("exit", (code) => (code === 0 ? resolve(Number(out)) : reject(new Error(`append child ended with ${code}`))));
    })),
  ).then((all) => Math.max(...all));
}

const cases = [
  { what: "locked append, 1 process", count: 5000, times: 8 },
  { what: "locked append, 4 processes", processes: 4, count: 5000, times: 12 },
  { what: "durable append, 32 in flight", inFlight: 32, count: 3200, times: 12 },
];

export async function append({ dir }) {
  const times = cases.map(() => ({ ours: [], floor: [] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const [nth, { processes = 1, ...one }] of cases.entries()) {
      const home = mkdtempSync(join(dir, "home-"));
      times[nth].floor.push(floorUs(home, 20_000));
      // The processes share one log: their time, divided by their number, is the cost of one append.
      times[nth].ours.push((await oursUs(home, { processes, ...one })) / processes);
    }
  }
  return cases.map(({ what, times: most }, nth) => row(what, { ...times[nth], floorName: "unlocked write, file kept open", unit: "µs" }, { times: most }));
}
