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

/** Watches are taken one after the other: their number, once it has been the same for half a second. */
async function settledWatches() {
  let [before, now] = [-1, inotifyWatches()];
  while (before !== now) {
    await delay(500);
    [before, now] = [now, inotifyWatches()];
  }
  return now;
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
await ingest.settled();
const readyMs = performance.now() - start;
const watches = await settledWatches();
process.stdout.write(JSON.stringify({ readyMs, watches, peakMb: peakMb() }));
await ingest.close();
logs.close();
