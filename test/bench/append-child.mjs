// `append-child.mjs HOME COUNT IN_FLIGHT`: appends so many events to one session of a home and prints the microseconds of one append.
// With a number in flight they are durable, and that many wait for the disk together; with 0 they go one by one.
import { Home, SessionLogs } from "../../dist/index.js";

const [dir, count, inFlight] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const home = new Home({ dir });
const logs = new SessionLogs(home, { durable: inFlight > 0 });
const log = logs.create("bench", { provider: "bench", sessionId: "bench", providerSessionId: null }, home.logsDirFor(null));
const draft = { sourceKind: "wrapper", kind: { type: "assistant_message", content: "y".repeat(300), message_id: null } };

async function append(times) {
  if (inFlight === 0) {
    for (let nth = 0; nth < times; nth += 1) log.append([draft]);
    return;
  }
  let left = times;
  const lane = async () => {
    while (left-- > 0) await log.appendAsync([draft]);
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
}

await append(200);
const start = process.hrtime.bigint();
await append(count);
process.stdout.write(String(Number(process.hrtime.bigint() - start) / 1e3 / count));
logs.close();
