// Locked appends through the log against unlocked appends to a file kept open; 300 byte events.
import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "./timing.mjs";

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

function oursUs(home, processes, count) {
  return Promise.all(
    Array.from({ length: processes }, () => new Promise((resolve, reject) => {
      const run = spawn(process.execPath, [child, home, String(count)], { stdio: ["ignore", "pipe", "inherit"] });
      let out = "";
      run.stdout.on("data", (data) => (out += data));
      run.on("exit", (code) => (code === 0 ? resolve(Number(out)) : reject(new Error(`append child ended with ${code}`))));
    })),
  ).then((all) => Math.max(...all));
}

export async function append() {
  const rows = [];
  for (const [processes, budget] of [[1, 8], [4, 12]]) {
    const floors = [];
    const ours = [];
    for (let round = 0; round < 5; round++) {
      const dir = mkdtempSync(join(tmpdir(), "session-log-bench-"));
      floors.push(floorUs(dir, 20_000));
      // Wall time of one append in each process, divided by the processes that share the log: the cost of one append.
      ours.push((await oursUs(dir, processes, 5_000)) / processes);
      rmSync(dir, { recursive: true, force: true });
    }
    const ratio = median(ours) / median(floors);
    rows.push({ what: `locked append, ${processes} process(es)`, ours: `${median(ours).toFixed(1)} us`, floor: `${median(floors).toFixed(1)} us`, ratio: Number(ratio.toFixed(1)), budget: `<= ${budget} x`, held: ratio <= budget });
  }
  return rows;
}
