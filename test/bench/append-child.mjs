// Appends N events to one session of a home and prints the microseconds of one append.
import { Home, SessionLogs } from "../../dist/index.js";

const [dir, count] = [process.argv[2], Number(process.argv[3])];
const home = new Home({ dir });
const logs = new SessionLogs(home, {});
const log = logs.create("bench", { provider: "bench", sessionId: "bench", providerSessionId: null }, home.logsDirFor(null));
const draft = { sourceKind: "wrapper", kind: { type: "assistant_message", content: "y".repeat(300), message_id: null } };
for (let i = 0; i < 200; i++) log.append([draft]);
const start = process.hrtime.bigint();
for (let i = 0; i < count; i++) log.append([draft]);
process.stdout.write(String(Number(process.hrtime.bigint() - start) / 1e3 / count));
logs.close();
