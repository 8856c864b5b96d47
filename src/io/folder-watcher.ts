import { FSWatcher } from "chokidar";

/**
 * chokidar without its listings: after each event in a folder it would read the folder and stat all that lies in it
 * (chokidar 5.0, handler.js, `_handleRead`), which a folder of thousands of logs that are written to cannot bear.
 * Its `raw` events need no listing.
 */
class FolderWatcher extends FSWatcher {
  override _readdirp(): undefined {
    return undefined;
  }
}

/**
 * Starts watching an existing folder. This module loads chokidar: import it only when there is something to watch.
 * @param listener Called with the name of an entry, or undefined where the system does not say it.
 */
export function openFolderWatcher(path: string, listener: (name: string | undefined) => void): FSWatcher {
  const watcher = new FolderWatcher({ depth: 0, ignoreInitial: true, atomic: false });
  watcher.on("raw", (_event, name) => listener(typeof name === "string" ? name : undefined));
  // What happened before the watch stood was told by nobody.
  watcher.on("ready", () => listener(undefined));
  // Out of watches, or the folder went away: the sweeps of `FileWatch` see what is told no more.
  watcher.on("error", () => undefined);
  watcher.add(path);
  return watcher;
}
