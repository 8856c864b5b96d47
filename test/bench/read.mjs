// Pages of one large log: its last 50 events, and 50 in its midst, against reads at offsets that are known.
import { closeSync, fstatSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { serializeEvent } from "../../dist/index.js";
import { connectOurs } from "./clients.mjs";
import { runOurs } from "./corpora.mjs";
import { random, words } from "./corpus.mjs";
import { bundleParts } from "./parts.mjs";
import { check, row } from "./rows.mjs";
import { inTurns } from "./timing.mjs";

const [sessionId, pageEvents, rounds] = ["bench-large-log", 50, 21];
const meanChars = 1800;

/** Events of 2 KB on the average, message after message. @returns The log's path, the offset of each line, and of the end. */
function writeLargeLog(home, bytes) {
  const folder = join(home, "logs", "sessions");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${sessionId}.jsonl`);
  const next = random(7);
  const head = { provider: "bench", wrapper_session_id: sessionId, provider_session_id: null, source_kind: "wrapper", completeness: "full" };
  const text = () => Array.from({ length: 1 + Math.ceil((next() * 2 * meanChars) / 7) }, () => words[Math.floor(next() * words.length)]).join(" ");
  const fd = openSync(path, "w");
  const offsets = [];
  let at = 0;
  for (let seq = 1; at < bytes; seq += 1) {
    const kind = seq === 1 ? { type: "session_started", command: "bench", model: null, cwd: null, resumed: false, backfilled: false } : { type: "assistant_message", content: text(), message_id: null };
    offsets.push(at);
    at += writeSync(fd, `${serializeEvent({ seq, ts: new Date(Date.UTC(2026, 0, 5) + seq * 1000).toISOString(), ...head, ...kind })}\n`);
  }
  closeSync(fd);
  return { path, offsets: [...offsets, at] };
}

/** A floor: opens the log, reads these lines at their known place and parses them. */
function readAt({ path, offsets }, first, count) {
  const fd = openSync(path, "r");
  fstatSync(fd);
  const bytes = Buffer.allocUnsafe(offsets[first + count] - offsets[first]);
  readSync(fd, bytes, 0, bytes.length, offsets[first]);
  closeSync(fd);
  const lines = bytes.toString().split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line).seq);
}

/** Through a client: the answer is a page as an agent asks for it, of 9,000 bytes at most. */
async function toolRows(home, size, middle) {
  const { call, close } = await connectOurs(home, { args: ["--no-import"] });
  try {
    const pages = {
      "last 50": () => call("read_session", { session_id: sessionId, limit: pageEvents }),
      "50 in the middle": () => call("read_session", { session_id: sessionId, after_seq: middle, limit: pageEvents }),
    };
    await Promise.all(Object.values(pages).map((page) => page()));
    return Object.entries(await inTurns(pages, rounds)).map(([name, ours]) => row(`read_session through a client, ${name} of ${size}`, { ours }));
  } finally {
    await close();
  }
}

export async function read({ dir, gb }) {
  const home = join(dir, "home");
  const log = writeLargeLog(home, gb * 1e9);
  runOurs(["rebuild", "--json", "--home", home], { HOME: dir });
  const lines = log.offsets.length - 1;
  const middle = Math.floor(lines / 2);
  const places = { last: lines - pageEvents, page: middle };
  const run = bundleParts(dir);
  const [ours, floor] = [{ last: [], page: [] }, { last: [], page: [] }];
  let isSame = true;
  for (let turn = 0; turn < 3; turn += 1) {
    const pages = run("pages", { home, sessionId, afterSeq: middle, count: pageEvents, rounds });
    for (const [name, first] of Object.entries(places)) {
      ours[name].push(...pages[name].times);
      let seqs;
      for (let round = 0; round < rounds; round += 1) {
        const start = performance.now();
        seqs = readAt(log, first, pageEvents);
        floor[name].push(performance.now() - start);
      }
      isSame &&= JSON.stringify(seqs) === JSON.stringify(pages[name].seqs);
    }
  }
  const size = `${(gb * 1000).toFixed(0)} MB`;
  const floorName = "read at known offset";
  return [
    row(`last ${pageEvents} events of ${size}`, { ours: ours.last, floor: floor.last, floorName }, { times: 5 }),
    row(`${pageEvents} events in the middle of ${size}`, { ours: ours.page, floor: floor.page, floorName }, { times: 5 }),
    check("pages hold the events of that place", isSame, `${lines} events`),
    ...(await toolRows(home, size, middle)),
  ];
}
