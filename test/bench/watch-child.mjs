// `watch-child.mjs HOME USER_HOME`: follows the native logs of that user as a server does, and prints when it was ready and what it holds then.
import { readFileSync, readdirSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { Home, Ingest, SessionLogs, providers } from "../../dist/index.js";
import { peakMb } from "./timing.mjs";

const [dir, homeDir] = process.argv.slice(2);

function inotifyWatches() {
  if (process.platform !== "linux") return 0;
  let watches = 0;
  for (const fd of readdirSync("/proc/self/fdinfo")) {
    try {
      watches += readFileSync(`/proc/self/fdinfo/${fd}`, "utf8").split("\n").filter((line) => line.startsWith("inotify ")).length;
    } catch (error) {
      // The one that listed the folder.
      if (error.code !== "ENOENT") throw error;
    }
  }
  return watches;
}

/** Looks at the number of watches until they have been the same for a second, and the import is through as long. @returns Their number, and when it was reached. */
async function settledWatches(settled) {
  let [throughAt, watches, changedAt] = [Infinity, 0, performance.now()];
  settled.then(() => (throughAt = performance.now()));
  while (performance.now() < Math.max(throughAt, changedAt) + 1000) {
    const now = inotifyWatches();
    if (now !== watches) [watches, changedAt] = [now, performance.now()];
    await delay(5);
  }
  return { watches, changedAt };
}

const home = new Home({ dir });
const logs = new SessionLogs(home, {});
const ingest = new Ingest({
  home, logs, providers, environment: { homeDir, variables: {}, platform: process.platform }, enabled: providers.map(({ name }) => name), exclude: [],
  writes: true, readOnly: false, isAlive: () => false, findByNative: () => undefined,
  onWarning: (message) => {
    throw new Error(message);
  },
});
const start = performance.now();
ingest.startBackground();
const settled = ingest.settled().then(() => performance.now() - start);
const { watches, changedAt } = await settledWatches(settled);
const throughMs = await settled;
process.stdout.write(JSON.stringify({ readyMs: watches > 0 ? changedAt - start : throughMs, throughMs, watches, peakMb: peakMb() }));
await ingest.close();
logs.close();
